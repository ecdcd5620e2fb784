import ArgumentParser
import LedgerStore
import Logging
import ServiceRuntime
import Telemetry

/// Brings the ledger's schema up to date: the only command that does.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the ledger's schema up to date; safe to repeat.")

    func run() async throws {
        let settings = ServiceRuntime.settingsOrExit { SeatReservationDatabase.asOwner($0) }
        Telemetry.bootstrap(service: "seat-reservation-migrate")
        let applied = try await LedgerJob.run(settings) { pool in
            try await Migrator(pool: pool, logger: Logger(label: "migrate")).migrate()
        }
        print(applied.isEmpty ? "The ledger is up to date." : "Migrated the ledger to version \(applied.max() ?? 0).")
    }
}
