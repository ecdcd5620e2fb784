import ArgumentParser
import Foundation
import HTTP2
import Logging
import NIOCore
import NIOPosix
import Ticketing
import Wire

/// What it costs to refuse a request, against what it costs to serve one. Gateways of the benchmark's own stand beside
/// those of a running stack, with its settings: one that serves, one without a place, one that lets nobody ask often.
struct Refusal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "CPU of a refused request, 503 and 429, against a served one, at gateways beside a running stack.")

    @Option(help: "The data folder of the running stack.")
    var data = ".local"

    @Option(help: "Rounds; each serves, then refuses in either way.")
    var rounds = 5

    @Option(help: "Seconds of each kind in a round.")
    var seconds = 4

    @Option(help: "Customers at once who are served.")
    var customers = 16

    @Option(help: "Requests under way at once where they are refused.")
    var callers = 128

    func run() async throws {
        let stack = try RefusalStack(data: data)
        let serving = try await stack.gateway()
        let full = try await stack.gateway([
            "BOXOFFICE_IN_FLIGHT_MIN": "1", "BOXOFFICE_IN_FLIGHT_MAX": "1", "BOXOFFICE_QUEUE_MAX": "1",
        ])
        let strict = try await stack.gateway([
            "BOXOFFICE_SOURCE_REQUESTS_PER_SECOND": "1", "BOXOFFICE_SOURCE_REQUESTS_BURST": "1",
        ])
        defer { for gateway in [serving, full, strict] { gateway.process.stop() } }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = HTTPClient(
            group: group, logger: Logger(label: "refusal-benchmark") { _ in SwiftLogNoOpLogHandler() })
        let sale = SaleGateway(client: client, endpoint: Endpoint(host: "127.0.0.1", port: serving.port))
        let performance = try await sale.performance()
        let seats = try await sale.freeSeats(of: performance)
        guard seats.count > customers else { throw ValidationError("too few seats are free") }
        let crowd = try await SaleCrowd(gateway: sale, performance: performance, count: customers)
        let token = try await sale.signUp("refused-\(UUID().uuidString.prefix(8))")
        let asker = RefusedCrowd(
            client: client, path: "/v1/performances/\(performance)/holds", seat: seats[0], token: token,
            callers: callers)
        var measured: [RefusalRound] = []
        for round in 1...max(1, rounds) {
            let served = try await measure(stack, serving) {
                let holds = try await crowd.hold(Array(seats.suffix(customers)), seconds: seconds)
                // Each is given back, which is a request as well.
                return RefusedCrowd.Count(served: 2 * holds.latencies.count, refused: 0)
            }
            let busy = try await measure(stack, full) { try await asker.ask(full.port, seconds: seconds) }
            let often = try await measure(stack, strict) { try await asker.ask(strict.port, seconds: seconds) }
            measured.append(try RefusalRound(served: served, busy: busy, often: often))
            print("round \(round): \(measured[round - 1])")
        }
        print("holds over HTTP/2, medians of \(rounds) rounds:")
        print("  \(RefusalRound.median(of: measured))")
        print("  \(RefusalRound.median(of: measured).ratios)")
        client.shutdown()
        try await group.shutdownGracefully()
    }

    private func measure(
        _ stack: RefusalStack, _ gateway: RefusalStack.Gateway, _ work: () async throws -> RefusedCrowd.Count
    ) async throws -> RefusalRound.Part {
        let (own, behind) = (gateway.process.processorNanoseconds, stack.processorNanosecondsBehind)
        let count = try await work()
        return RefusalRound.Part(
            count: count, gatewayNanoseconds: gateway.process.processorNanoseconds - own,
            behindNanoseconds: stack.processorNanosecondsBehind - behind)
    }
}
