import ArgumentParser
import Foundation
import TestSupport

/// What a hold costs those who made many that lapsed, against what it costs those who made none: were their past read under
/// the performance's lock, everybody would wait for it.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds a second of customers with many lapsed holds, against those of others.")

    @Option(help: "Rounds; each drives both once.")
    var rounds = 5

    @Option(help: "Lapsed holds of each of those with a past.")
    var past = 25

    @Option(help: "Customers at once at the door.")
    var customers = 512

    /// So many that nobody meets the limit of seats in the time that a round takes.
    private static let customerCount = 20_000
    private static let seconds = 1

    func run() async throws {
        let server = try StoreSale.startServer()
        defer { server.process.kill() }
        let sale = try await StoreSale(server: server)
        var none: [Double] = []
        var many: [Double] = []
        for round in 1...max(1, rounds) {
            none.append(try await holdsPerSecond(of: sale, past: 0))
            many.append(try await holdsPerSecond(of: sale, past: past))
            print("round \(round): none before \(Int(none[round - 1]))/s, \(past) each \(Int(many[round - 1]))/s")
        }
        let medians = (none: median(none), many: median(many))
        print("holds a second, medians of \(rounds) rounds, one performance, \(customers) customers at once:")
        print(
            "  none before \(Int(medians.none)), \(past) lapsed ones each \(Int(medians.many)): ratio",
            String(format: "%.2f", medians.many / medians.none))
    }

    private func holdsPerSecond(of sale: StoreSale, past: Int) async throws -> Double {
        let performance = try await sale.makePerformance()
        let regulars = try await sale.makeRegulars(Self.customerCount, withLapsedHolds: past, in: performance)
        let round = try await sale.hold(performance, seats: 1, customers: customers, seconds: Self.seconds) {
            regulars[$0 % regulars.count]
        }
        return round.perSecond
    }
}
