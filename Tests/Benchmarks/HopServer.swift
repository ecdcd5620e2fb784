import ActorTransport
import ArgumentParser
import Contracts
import Distributed
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Ticketing
import Wire

/// The server that `hop` measures: an actor that grants every hold, and a route that answers with as many bytes.
struct HopServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    /// What stands for a hold's resource.
    private static let hold = RawJSON(trusting: Array(#"{"hold_id":"\#(String(repeating: "x", count: 280))"}"#.utf8))
    private static let answer = Answer(status: 201, body: hold)
    static let answerBytes = (try? WireJSON.encode(answer).count) ?? 0

    @Option var port = 21_480

    func run() async throws {
        let logger = Logger(label: "hop-benchmark") { _ in SwiftLogNoOpLogHandler() }
        let desk = GrantingMap(ServiceActorSystem(coding: WireCallCoding(), caller: nil), answer: Self.answer)
        var calls = InboundCalls(coding: WireCallCoding(), keys: FanoutLedger.keys, logger: logger)
        calls.host(.seatMap(of: GrantingMap.self)) { _ in desk }
        var routes = RouteTable()
        calls.register(in: &routes)
        let echo = ByteBuffer(bytes: try WireJSON.encode(Self.answer))
        routes.on(.post, "/echo") { request in
            _ = try? await request.body.collect(upTo: 65_536)
            return ServerResponse(
                status: .ok, headerFields: [.contentType: "application/json"], body: .bytes(echo))
        }
        let server = HTTPServer(settings: .internalListener, logger: logger, handler: routes.handler())
        _ = try await server.start(
            on: MultiThreadedEventLoopGroup(numberOfThreads: 1), host: "127.0.0.1", port: port)
        // Runs until its parent ends it.
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }
}

private distributed actor GrantingMap: SeatMapContract {
    typealias ActorSystem = ServiceActorSystem
    private let answer: Answer

    init(_ system: ServiceActorSystem, answer: Answer) {
        actorSystem = system
        self.answer = answer
    }

    distributed func hold(_ request: HoldCommand) async throws -> Answer { answer }

    distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer {
        HoldsAnswer(shared: [], holds: request.holds.map { _ in .answered(answer) })
    }

    distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer { .unknownPerformance }

    distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer { .unknownPerformance }

    distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer { .unknownPerformance }
}
