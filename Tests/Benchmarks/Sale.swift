import ArgumentParser
import Foundation
import HTTP2
import Logging
import NIOCore
import NIOPosix
import Wire

/// Holds and paid orders a second of a whole stack, asked over HTTP/2 as a page asks; the asking takes its share of the
/// same processors.
struct Sale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds and paid orders a second of a running stack, through gateway and HTTP.")

    @Option(help: "The gateway's port on this machine.")
    var port = 8080

    @Option(help: "Rounds; each drives holds, then orders.")
    var rounds = 3

    @Option(help: "Seconds of holding in a round.")
    var seconds = 5

    @Option(help: "Customers at once.")
    var customers = 64

    @Option(help: "Orders that each customer pays in a round: no more than the sale lets one have.")
    var orders = 6

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = HTTPClient(group: group, logger: Logger(label: "sale-benchmark") { _ in SwiftLogNoOpLogHandler() })
        let gateway = SaleGateway(client: client, endpoint: Endpoint(host: "127.0.0.1", port: port))
        let performance = try await gateway.performance()
        var free = try await gateway.freeSeats(of: performance)
        var holds: [Round] = []
        var paid: [Round] = []
        for round in 1...max(1, rounds) {
            let crowd = try await SaleCrowd(gateway: gateway, performance: performance, count: customers)
            guard free.count > customers * (orders + 1) else { throw ValidationError("too few seats are free") }
            holds.append(try await crowd.hold(Array(free.suffix(customers)), seconds: seconds))
            paid.append(try await crowd.buy(Array(free.prefix(customers * orders))))
            free.removeFirst(customers * orders)
            let (held, bought) = (holds[round - 1], paid[round - 1])
            print(
                "round \(round): \(Int(held.perSecond)) holds/s (p50 \(held.p50), p99 \(held.p99) ms), each given back;",
                "\(Int(bought.perSecond)) paid orders/s (p50 \(bought.p50), p99 \(bought.p99) ms)")
        }
        print("through gateway and HTTP/2, \(customers) customers at once, medians of \(rounds) rounds:")
        print("  \(Int(median(holds.map(\.perSecond)))) holds a second, each given back as well")
        print("  \(Int(median(paid.map(\.perSecond)))) paid orders a second: hold, order, payment, ticket")
        try await group.shutdownGracefully()
    }
}
