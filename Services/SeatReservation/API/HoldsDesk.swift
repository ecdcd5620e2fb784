import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

/// The holds of customers: read, and given back.
distributed actor HoldsDesk: HoldsContract {
    typealias ActorSystem = ServiceActorSystem

    private let store: HoldStore
    private let door: PerformanceDoor

    init(store: HoldStore, door: PerformanceDoor, system: ServiceActorSystem) {
        actorSystem = system
        self.store = store
        self.door = door
    }

    distributed func hold(_ request: HoldQuestion) async throws -> Answer {
        guard let hold = try await find(request) else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(hold)
    }

    distributed func holds(_ request: HoldListRequest) async throws -> Answer {
        let holds = try await LedgerCalls.reading {
            try await store.holds(
                of: request.customerId, in: request.performanceId, deadline: CallContext.current.deadline)
        }
        return try Answer(ListResource(items: holds.filter { $0.state == .active || $0.state == .paying }))
    }

    distributed func release(_ request: HoldQuestion) async throws -> Answer {
        guard let hold = try await find(request) else { return try Answer(refusing: Problem(.notFound)) }
        let outcome = try await LedgerCalls.reading {
            try await door.release(
                request.holdId, of: request.customerId, in: hold.performanceId, deadline: CallContext.current.deadline)
        }
        switch outcome {
        case .released: return .noContent
        case .paymentInProgress:
            return try Answer(refusing: Problem(.paymentInProgress, detail: "Wait for the payment's outcome."))
        case .completed:
            return try Answer(refusing: Problem(.orderNotPayable, detail: "These seats are paid for."))
        case .notFound: return try Answer(refusing: Problem(.notFound))
        }
    }

    private func find(_ request: HoldQuestion) async throws -> HoldResource? {
        try await LedgerCalls.reading {
            try await store.hold(request.holdId, of: request.customerId, deadline: CallContext.current.deadline)
        }
    }
}
