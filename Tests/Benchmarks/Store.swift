import ArgumentParser
import Foundation
import RivalTable
import TestSupport

/// Holds a second through the seats' door, against pgbench's bare conditional UPDATE and against the same full work done
/// statement by statement, all on one performance of one PostgreSQL that syncs its disk.
struct Store: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds a second through the store, against pgbench one by one.")

    @Option(help: "Rounds; each drives the three once.")
    var rounds = 5

    @Option(help: "Seconds that the door is driven in a round.")
    var seconds = 4

    @Option(help: "Bare UPDATEs in a round.")
    var bareUpdates = 60_000

    @Option(help: "Holds done statement by statement in a round.")
    var fullHolds = 4_000

    @Option(help: "Seats of each hold through the door.")
    var seats = 1

    @Option(help: "Customers at once at the door.")
    var customers = 512

    @Option(help: "Connections of pgbench.")
    var clients = 64

    @OptionGroup
    var output: RowsOption

    func run() async throws {
        let server = try StoreSale.startServer()
        defer { server.process.kill() }
        let sale = try await StoreSale(server: server)
        let rivals = StoreRivals(
            server: server, database: sale.database, clients: clients, bareTransactions: bareUpdates,
            fullTransactions: fullHolds)
        try rivals.prepare()

        var door: [Round] = []
        var bare: [Double] = []
        var full: [Double] = []
        for round in 1...max(1, rounds) {
            let performance = try await sale.makePerformance()
            try server.execute("CHECKPOINT", in: sale.database)
            door.append(try await sale.hold(performance, seats: seats, customers: customers, seconds: seconds))
            try server.execute("CHECKPOINT", in: sale.database)
            bare.append(try rivals.bareUpdates())
            try server.execute("CHECKPOINT", in: sale.database)
            full.append(try rivals.fullWork(on: try await sale.makePerformance()))
            let last = door[round - 1]
            print(
                "round \(round): door \(Int(last.perSecond))/s (p50 \(last.p50), p99 \(last.p99) ms),",
                "bare UPDATE \(Int(bare[round - 1]))/s, full work one by one \(Int(full[round - 1]))/s")
        }
        let medians = (median(door.map(\.perSecond)), median(bare), median(full))
        print("holds a second, medians of \(rounds) rounds, one performance, \(seats) seat(s) a hold:")
        print("  door \(Int(medians.0)), \(customers) customers at once")
        print(
            "  pgbench's bare UPDATE one by one \(Int(medians.1)), \(clients) clients: ratio",
            ratio(medians.0, medians.1))
        print(
            "  the same full work one by one \(Int(medians.2)), \(clients) clients: ratio", ratio(medians.0, medians.2))
        func row(_ rival: String, _ theirs: Double, goal: Double) -> RivalRow {
            RivalRow(
                measure: "holds a second through the store, one performance", unit: "holds/s", better: .more,
                ours: medians.0, rival: rival, theirs: theirs, goal: goal, rounds: rounds)
        }
        try output.add([
            row("pgbench, the bare UPDATE one by one", medians.1, goal: 1.5),
            row("pgbench, the same full work one by one", medians.2, goal: 10),
        ])
    }

    private func ratio(_ ours: Double, _ theirs: Double) -> String { String(format: "%.2f", ours / theirs) }
}
