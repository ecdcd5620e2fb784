import ArgumentParser
import Foundation
import TestSupport

/// How long `payment audit` takes for a large ledger, which is sold through the seats' door first: every hold, order,
/// payment, ticket, answer and message is there, and the sandbox's book beside them.
struct AuditTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The time that payment audit takes for a million transfers.")

    @Option(help: "Paid orders; each has two seats and brings two transfers.")
    var orders = 500_000

    @Option(help: "Seats of each performance.")
    var seats = 20_000

    @Option(help: "Performances that are sold at once.")
    var salesAtOnce = 4

    @Option(help: "Audits in a row.")
    var rounds = 3

    func run() async throws {
        let server = try PostgresServer(settings: [
            "shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=1h", "max_parallel_workers=4",
            "effective_cache_size=1GB",
        ])
        try server.startAndWait()
        defer { server.process.kill() }
        let ledger = try await AuditLedger(server: server, seatCount: seats)
        let started = ContinuousClock.now
        try await sell(in: ledger) {
            print("\(ledger.ordersPaid) orders paid after \((ContinuousClock.now - started).components.seconds) s")
        }
        let rate = Double(ledger.ordersPaid) / ((ContinuousClock.now - started) / .seconds(1))
        print("from hold to ticket \(Int(rate)) orders a second, in process")
        try server.execute("VACUUM ANALYZE", in: ledger.database)
        for round in 1...max(1, rounds) {
            let start = ContinuousClock.now
            let process = try ServiceProcess("payment", ["audit"], settings: ledger.settings)
            try process.start()
            let ending = try await process.ending(within: .seconds(1_800))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            print(ending.output, ending.errors, separator: "", terminator: "")
            guard ending.status == 0 else { throw ExitCode(ending.status) }
            print("round \(round): \(String(format: "%.1f", seconds)) s")
        }
    }

    /// Sells performance after performance, some side by side, and says so after each.
    private func sell(in ledger: AuditLedger, then report: () -> Void) async throws {
        var left = orders
        func next() -> Int {
            let count = min(ledger.ordersOfPerformance, left)
            left -= count
            return count
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<salesAtOnce where left > 0 {
                let count = next()
                group.addTask { try await ledger.sell(orders: count) }
            }
            while try await group.next() != nil {
                report()
                guard left > 0 else { continue }
                let count = next()
                group.addTask { try await ledger.sell(orders: count) }
            }
        }
    }
}
