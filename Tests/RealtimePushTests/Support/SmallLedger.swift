import ActorTransport
import Contracts
import Distributed
import HTTP2
import Logging
import NIOPosix
import Synchronization
import Ticketing
import Wire

/// Stands for seat-reservation: one performance of sixteen seats, asked over the network.
final class SmallLedger: Sendable {
    static let keyText = "test:" + String(repeating: "07", count: 32)
    private static let keys = ServiceKeys([ServiceKeys.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])

    private struct State {
        var states = PackedSeatStates(count: 16)
        var deltas: [SeatDelta] = []
    }

    let performance = PerformanceID(at: .now)
    let port: Int
    private let state: Ledger
    private let server: HTTPServer

    /// What the actor and the test share.
    private final class Ledger: Sendable {
        let value = Mutex(State())
    }

    private distributed actor Desk: SeatMapContract {
        typealias ActorSystem = ServiceActorSystem
        private let answer: @Sendable (SeatsQuestion) -> SeatsAnswer

        init(_ system: ServiceActorSystem, answer: @escaping @Sendable (SeatsQuestion) -> SeatsAnswer) {
            actorSystem = system
            self.answer = answer
        }

        distributed func hold(_ request: HoldCommand) async throws -> Answer {
            throw CallFailure(.unknownRoute)
        }

        distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer {
            throw CallFailure(.unknownRoute)
        }

        distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer { answer(request) }

        distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer { .unknownPerformance }

        /// Two sections of eight seats.
        distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer {
            .sections([
                SectionSeatsResource(sectionId: "A", seats: SeatRange(first: 0, last: 7)),
                SectionSeatsResource(sectionId: "B", seats: SeatRange(first: 8, last: 15)),
            ])
        }
    }

    /// Listens until `stop`.
    init() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (performance, state) = (performance, Ledger())
        self.state = state
        let desk = Desk(ServiceActorSystem(coding: WireCallCoding(), caller: nil)) { question in
            state.value.withLock { Self.answer(question, $0) }
        }
        var calls = InboundCalls(coding: WireCallCoding(), keys: Self.keys, logger: logger)
        calls.host(.seatMap(of: Desk.self)) { name in name == "\(performance)" ? desk : nil }
        var table = RouteTable()
        calls.register(in: &table)
        server = HTTPServer(settings: .internalListener, logger: logger, handler: table.handler())
        port = try await server.start(on: MultiThreadedEventLoopGroup.singleton, host: "127.0.0.1", port: 0)
    }

    /// Sells a seat, and answers what seat-reservation would publish of it.
    func sell(_ seat: SeatIndex) -> SeatDelta {
        state.value.withLock { state in
            let sequence = Int64(state.deltas.count)
            state.states[Int(seat)] = .sold
            let delta = SeatDelta(
                epoch: 1, afterSequence: sequence, sequence: sequence + 1,
                changes: [SeatChange(seatIndex: seat, state: .sold)])
            state.deltas.append(delta)
            return delta
        }
    }

    func stop() async { await server.shutdown() }

    private static func answer(_ question: SeatsQuestion, _ state: State) -> SeatsAnswer {
        let mine = SeatsPosition(epoch: 1, sequence: Int64(state.deltas.count))
        guard let after = question.after, after.epoch == 1 else {
            return .snapshot(SeatSnapshot(states: state.states, at: mine))
        }
        let changes = state.deltas.dropFirst(Int(after.sequence)).flatMap(\.changes)
        return .delta(
            SeatDelta(
                epoch: 1, afterSequence: after.sequence, sequence: mine.sequence,
                changes: changes.sorted { $0.seatIndex < $1.seatIndex }))
    }
}
