import ArgumentParser
import Foundation
import RivalTable
import TestSupport

/// The seats' door beside the textbook's way of selling a seat, under waves of cancellations: everything that was sold is
/// given back at once, and everybody who waited wants it.
struct Textbook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Seats sold to two, by find-then-save and by ours, after waves of cancellations.")

    @Option(help: "Waves; each meets both.")
    var waves = 5

    @Option(help: "Seats that are given back in each.")
    var seats = 832

    @Option(help: "Customers who wait for them.")
    var customers = 64

    @OptionGroup
    var output: RowsOption

    func run() async throws {
        let server = try StoreSale.startServer()
        defer { server.process.kill() }
        let sale = try await StoreSale(server: server)
        let performance = try await sale.makePerformance()
        let textbook = TextbookDesign(server: server, database: sale.database, seats: seats, customers: customers)
        try textbook.prepare()

        var ours: [SeatWave] = []
        var theirs: [SeatWave] = []
        for wave in 1...max(1, waves) {
            theirs.append(try textbook.sell(wave: wave))
            ours.append(try await sale.contend(performance, seats: seats, customers: customers, wave: wave))
            let (mine, other) = (ours[wave - 1], theirs[wave - 1])
            print(
                "wave \(wave) of \(seats) seats: find then save sold \(other.soldTwice) of them twice or more",
                "(\(Int(other.perSecond)) wishes/s), ours \(mine.soldTwice) (\(Int(mine.perSecond)) wishes/s)")
        }
        let name = "find, then save (READ COMMITTED, no condition, no lock)"
        let twice = RivalRow(
            measure: "seats granted twice in a wave of \(seats) cancellations", unit: "seats", better: .less,
            ours: median(ours.map { Double($0.soldTwice) }), rival: name,
            theirs: median(theirs.map { Double($0.soldTwice) }), goal: 0, rounds: ours.count,
            note: "\(customers) customers at once; the worst wave of ours: \(ours.map(\.soldTwice).max() ?? 0).")
        let rate = RivalRow(
            measure: "wishes a second in such a wave, through the store", unit: "wishes/s", better: .more,
            ours: median(ours.map(\.perSecond)), rival: name, theirs: median(theirs.map(\.perSecond)),
            rounds: ours.count)
        print("medians: \(Int(twice.ours)) of ours, \(Int(twice.theirs ?? 0)) of theirs")
        try output.add([twice, rate])
        guard ours.allSatisfy({ $0.soldTwice == 0 }) else { throw ExitCode.failure }
    }
}
