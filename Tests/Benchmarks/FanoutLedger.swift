import ActorTransport
import Contracts
import Distributed
import HTTP2
import Logging
import NIOPosix
import Ticketing
import Wire

/// Stands for seat-reservation: a performance whose map is empty whenever realtime-push asks.
final class FanoutLedger: Sendable {
    static let keyText = "benchmark:" + String(repeating: "07", count: 32)
    static let keys = ServiceKeys([ServiceKeys.Key(id: "benchmark", secret: [UInt8](repeating: 7, count: 32))])

    let performance = PerformanceID(at: .now)
    let port: Int
    private let server: HTTPServer

    init() async throws {
        let logger = Logger(label: "fanout-benchmark") { _ in SwiftLogNoOpLogHandler() }
        let desk = EmptyMap(ServiceActorSystem(coding: WireCallCoding(), caller: nil))
        var calls = InboundCalls(coding: WireCallCoding(), keys: Self.keys, logger: logger)
        calls.host(.seatMap(of: EmptyMap.self)) { _ in desk }
        var routes = RouteTable()
        calls.register(in: &routes)
        server = HTTPServer(settings: .internalListener, logger: logger, handler: routes.handler())
        port = try await server.start(on: MultiThreadedEventLoopGroup.singleton, host: "127.0.0.1", port: 0)
    }

    func stop() async { await server.shutdown() }
}

/// Knows one snapshot, and of no change.
private distributed actor EmptyMap: SeatMapContract {
    typealias ActorSystem = ServiceActorSystem

    private static let start = SeatsPosition(epoch: 1, sequence: 0)

    init(_ system: ServiceActorSystem) {
        actorSystem = system
    }

    distributed func hold(_ request: HoldCommand) async throws -> Answer { throw CallFailure(.unknownRoute) }

    distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer {
        throw CallFailure(.unknownRoute)
    }

    distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer {
        guard let after = request.after else {
            return .snapshot(SeatSnapshot(states: PackedSeatStates(count: 20_000), at: Self.start))
        }
        return .delta(
            SeatDelta(epoch: after.epoch, afterSequence: after.sequence, sequence: after.sequence, changes: []))
    }

    distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer { .position(Self.start) }

    distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer { .unknownPerformance }
}
