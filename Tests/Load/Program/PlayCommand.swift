import ArgumentParser
import Foundation
import LoadEngine
import LoadModel
import RivalTable
import Ticketing
import ViewerCrowd

/// Plays scenarios, one after the other.
struct PlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Play scenarios, one after the other.",
        discussion: """
            With --job, sales and customers are made for each scenario and the ledger is audited after it. Else name a \
            performance (--performance), a file of create-customers (--customers) and, if you like, what counts (--counts) \
            and what audits (--audit).

            Exit codes: 0 all is as it has to be; 1 something is not; 2 this program could not keep its schedule, so \
            that the figures count for nothing.
            """)

    @Argument(help: "The scenarios' files.")
    var scenarios: [String]

    @Option(help: "A gateway's address, in clear text.")
    var address = "127.0.0.1:8080"

    @Flag(help: "Allow a gateway that is not on this machine: one of yours.")
    var elsewhere = false

    @Option(help: "A command in front of the services' jobs: deploy/local/job.")
    var job: String?

    @Option(help: "With --job, the organizer whose sale it is.")
    var organizer = "organizer@boxoffice.example"

    @Option(help: "With --job, the folder of the stadium's chart.")
    var charts = "Services/SeatReservation/Charts"

    @Option(help: "Without --job, the performance that is sold.")
    var performance: String?

    @Option(help: "Without --job, a file that seat-reservation create-customers wrote.")
    var customers: String?

    @Option(help: "Without --job, the command that audits: payment audit --json.")
    var audit: String?

    @Option(help: "Without --job, the command that counts what is durable: payment audit --counts.")
    var counts: String?

    @Option(help: "NAME=COMMAND: what a scenario does to the stack; several.")
    var blow: [String] = []

    @Option(help: "The folder for the reports, NAME.json and NAME.html.")
    var reports = "rush-reports"

    @Option(help: "A file to which rows for the table of rivals are added.")
    var rows: String?

    @Option(help: "Threads; each takes the same share.")
    var threads = 1

    @Option(help: "How late one request in a hundred may go out, in milliseconds.")
    var lagMilliseconds = 10.0

    @Option(help: "Arrivals a second that the services can take, where that is known already.")
    var capacity: Double?

    @Flag(
        help: "Give each customer an address of its own, as a balancer tells it: for gateways that trust this machine.")
    var forwarded = false

    @Flag(
        help: """
            Ask for no real-time priority. It is asked for where the account may have it, while the kernel bounds it and \
            there is a processor more than --threads.
            """)
    var ordinaryPriority = false

    func validate() throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64.") }
        guard (0.1...10_000).contains(lagMilliseconds) else {
            throw ValidationError("--lag-milliseconds is 0.1 to 10000.")
        }
        guard capacity.map({ $0 > 0 && $0 <= 1_000_000 }) ?? true else {
            throw ValidationError("--capacity is above 0.")
        }
        guard job == nil || [performance, customers, audit, counts].allSatisfy({ $0 == nil }) else {
            throw ValidationError("--job makes the sale and the customers itself: leave the others out.")
        }
        guard job != nil || performance != nil else {
            throw ValidationError("Say how to make a sale (--job), or which one is there (--performance).")
        }
    }

    func run() async throws {
        let address = try gateway()
        // All are read before the first is played.
        let read = try scenarios.map { file in
            do {
                return try ScenarioFile.read(file)
            } catch let failure as ScenarioFailure {
                throw ValidationError("\(file): \(failure)")
            }
        }
        let folder = URL(filePath: reports, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let player = Player(
            address: address, provisions: try provisions(folder), blows: Blows(try commands()), threads: threads,
            lagMillisecondsMax: lagMilliseconds, forwards: forwarded, isUrgent: !ordinaryPriority, capacity: capacity)
        for scenario in read { try player.check(scenario) }
        var ending = ExitCode.success
        for scenario in read {
            let report = try await player.play(scenario)
            try ReportFiles.write(report, in: folder)
            if let rows { try RivalFile(path: rows).append(RivalRows.rows(of: report, for: scenario)) }
            print(report.text)
            if !report.isGood, ending == .success { ending = ExitCode(1) }
            if !report.generator.isValid { ending = ExitCode(2) }
        }
        if ending != .success { throw ending }
    }

    private func gateway() throws -> CrowdAddress {
        guard let address = CrowdAddress(address) else {
            throw ValidationError(
                "--address is not four numbers from 0 to 255 with dots, a colon and a port: \(address)")
        }
        guard elsewhere || address.host.hasPrefix("127.") else {
            throw ValidationError(
                "\(address.host) is not this machine. Where it is one of yours to be loaded, say so by --elsewhere.")
        }
        return address
    }

    private func provisions(_ folder: URL) throws -> Provisions {
        if let job {
            let jobs = StackJobs(
                command: ShellCommand(line: job), organizer: organizer, charts: charts, folder: folder)
            return .made(jobs)
        }
        guard let performance = performance.flatMap({ PerformanceID($0) }) else {
            throw ValidationError("--performance is not an id.")
        }
        return .there(
            performance, try customers.map { try CustomerTokens(file: $0) } ?? CustomerTokens(),
            counts: counts.map { ShellCommand(line: $0) }, audit: audit.map { ShellCommand(line: $0) })
    }

    private func commands() throws -> [String: ShellCommand] {
        var commands: [String: ShellCommand] = [:]
        for text in blow {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--blow \(text) is not NAME=COMMAND.")
            }
            guard commands.updateValue(ShellCommand(line: String(parts[1])), forKey: String(parts[0])) == nil else {
                throw ValidationError("There are two blows of the name \(parts[0]).")
            }
        }
        return commands
    }
}
