import ActorTransport
import Contracts
import Shedding
import Synchronization
import Wire

/// Stands for the other services: answers calls as it is told, and keeps which were made.
final class ScriptedServices: OutboundCalling {
    /// One call as it would go out.
    struct Call: Sendable {
        let route: String
        let body: [UInt8]
        let idempotencyKey: String?
        let deadline: ContinuousClock.Instant?
        let priority: RequestPriority
        /// How many of the replicas that would be asked first are left out.
        let skips: Int
    }

    private struct State {
        var answers: [String: @Sendable () async throws -> [UInt8]] = [:]
        var calls: [Call] = []
    }

    private let state = Mutex(State())

    /// The calls so far.
    var calls: [Call] { state.withLock { $0.calls } }

    /// The actors behind the script.
    var actors: ContractActors {
        ContractActors(system: ServiceActorSystem(coding: WireCallCoding(), caller: self))
    }

    /// From now on a method (`customers/sessionStanding`) answers so.
    func answer<Value: Encodable & Sendable>(
        _ route: String, _ answer: @escaping @Sendable () async throws -> Value
    ) {
        state.withLock { $0.answers[route] = { try WireJSON.encode(try await answer()) } }
    }

    func call(_ address: ActorAddress, method: String, body: [UInt8]) async throws -> [UInt8] {
        let route = "\(address.contract)/\(method)"
        let answer = state.withLock { state in
            let context = CallContext.current
            state.calls.append(
                Call(
                    route: route, body: body, idempotencyKey: context.idempotencyKey, deadline: context.deadline,
                    priority: context.priority, skips: context.skips))
            return state.answers[route]
        }
        guard let answer else { throw CallFailure(.unreachable, detail: "\(route) has no script") }
        return try await answer()
    }
}
