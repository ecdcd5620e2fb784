import ActorTransport
import ArgumentParser
import Contracts
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Ticketing
import Wire

/// The gateway's side of the hop: one connection to the server, on one loop.
struct HopCaller: Sendable {
    private let client: HTTPClient
    private let endpoint: Endpoint
    private let actors: ContractActors
    private let performance = PerformanceID(at: .now)
    private let customer = CustomerID(at: .now)
    private let echoed: ByteBuffer

    init(port: Int) throws {
        let logger = Logger(label: "hop-benchmark") { _ in SwiftLogNoOpLogHandler() }
        client = HTTPClient(group: MultiThreadedEventLoopGroup(numberOfThreads: 1), logger: logger)
        endpoint = Endpoint(host: "127.0.0.1", port: port)
        let system = ServiceActorSystem(
            coding: WireCallCoding(),
            caller: OutboundCalls(
                client: client, service: "gateway", keys: FanoutLedger.keys, coding: WireCallCoding(),
                directories: ContractName.served(by: .seatReservation, in: ReplicaDirectory([endpoint])),
                logger: logger))
        actors = ContractActors(system: system)
        echoed = ByteBuffer(bytes: try WireJSON.encode(Self.command(customer)))
    }

    func hold() async throws {
        let answer = try await actors.seatMap(performance).hold(Self.command(customer))
        guard answer.status == 201 else { throw ValidationError("an answer of \(answer.status)") }
    }

    func echo() async throws {
        let request = ClientRequest(
            method: .post, path: "/echo", headerFields: [.contentType: "application/json"], body: echoed)
        let response = try await client.execute(request, to: endpoint, deadline: .now + .seconds(10))
        let body = try await response.body.collect(upTo: 65_536)
        guard body.readableBytes == HopServer.answerBytes else { throw ValidationError("another echo") }
    }

    private static func command(_ customer: CustomerID) -> HoldCommand {
        HoldCommand(
            customerId: customer, idempotencyKey: "\(customer)",
            fingerprint: String(repeating: "07", count: 32), seatIndexes: [4, 5, 6])
    }
}
