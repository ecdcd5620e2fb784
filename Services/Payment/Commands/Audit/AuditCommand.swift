import ArgumentParser
import LedgerStore
import Logging
import NIOPosix
import Postgres
import Proof
import ServiceRuntime
import SocketLoop
import Telemetry
import Ticketing
import Wire

/// Proves that nothing is wrong with the books, or tells what is.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove the ledger on one snapshot.",
        discussion: """
            Exit codes: 0 nothing is wrong; 1 something is; 2 it could not be proved.

            Every check, every seat's history replayed, clearing against the providers' own books. With --seat the life \
            of one seat; with --at the books, and a performance's map, as they were; with --counts how much there is, \
            as JSON, and nothing is proved.
            """)

    @Flag(help: "Print the report as JSON.")
    var json = false

    @Flag(help: "Insist on a standby (BOXOFFICE_STANDBY_ADDRESS), which is asked anyhow where one is set.")
    var onStandby = false

    @Flag(help: "Ask the primary although a standby is set.")
    var onPrimary = false

    @Flag(help: "Only count, which takes a moment, and print the counts as JSON.")
    var counts = false

    @Option(help: "Tell a seat's life: a performance's id, a colon, the seat's index.")
    var seat: SeatArgument?

    @Option(help: "Tell what was at an instant: 2026-11-22T12:00:00Z.")
    var at: InstantArgument?

    @Option(help: "Whose map --at tells.")
    var performance: PerformanceArgument?

    func validate() throws {
        if onStandby, onPrimary { throw ValidationError("The standby or the primary, not both.") }
        if seat != nil, at != nil { throw ValidationError("A seat's life or an instant, not both.") }
        if counts, seat != nil || at != nil { throw ValidationError("The counts, a seat's life or an instant: one.") }
        if performance != nil, at == nil { throw ValidationError("--performance is told at an instant: --at.") }
    }

    func run() async throws {
        let settings = ServiceRuntime.settingsOrExit { AuditSettings($0) }
        if onStandby, settings.standby == nil {
            ServiceRuntime.exit(wrongSetting: "BOXOFFICE_STANDBY_ADDRESS is not set: there is no standby to ask")
        }
        Telemetry.bootstrap(service: "payment-audit", level: .warning)
        let progress = AuditProgress(isQuiet: json || counts)
        let outcome: AuditOutcome
        do {
            outcome = try await AuditDatabases(settings: settings, progress: progress)
                .asking(standby: !onPrimary) { try await told(by: $0, settings, progress) }
        } catch {
            progress.warn("The audit could not be made: \(error)")
            throw ExitCode(AuditOutcome.impossible)
        }
        progress.end()
        print(outcome.text)
        throw ExitCode(outcome.exitCode)
    }

    private func told(
        by source: AuditDatabases.Source, _ settings: AuditSettings, _ progress: AuditProgress
    ) async throws -> AuditOutcome {
        let limits = Audit.Settings(differenceSecondsMax: source.isStandby ? 15 : 2)
        let store = AuditStore(pool: source.pool)
        if counts {
            let counts = try await store.withSnapshot(deadline: .now + .seconds(limits.seconds)) { snapshot in
                try await store.counts(on: snapshot)
            }
            return try AuditOutcome(counts, text: "", asJSON: true, findings: 0)
        }
        if let place = seat {
            let life = try await store.withSnapshot(deadline: .now + .seconds(limits.seconds)) { snapshot in
                SeatLife(
                    of: place.seat, in: place.performance,
                    try await store.story(of: place.seat, in: place.performance, on: snapshot))
            }
            return try AuditOutcome(life, text: life.text, asJSON: json, findings: 0)
        }
        if let instant = at {
            let past = PastStateReading(store: store, settings: limits)
            guard
                let state = try await past.state(
                    at: instant.time, of: performance?.id, fallback: source.fallback)
            else { throw AuditFailure("there is no such performance") }
            return try AuditOutcome(state, text: state.text, asJSON: json, findings: state.findings.count)
        }
        let report = try await AuditBooks.withBooks(of: settings.providers) { books in
            try await Audit(
                store: store, books: books, keys: ProofSettings.publicKeys(settings.proofKeys), settings: limits,
                progress: { progress.tell($0) }
            ).report(fallback: source.fallback)
        }
        return try AuditOutcome(report, text: report.text, asJSON: json, findings: report.findings.count)
    }
}
