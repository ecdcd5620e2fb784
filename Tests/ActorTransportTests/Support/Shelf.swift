import ActorTransport
import Distributed
import Shedding
import Synchronization
import Telemetry
import TestSupport

/// A shelf that notes under which context it was asked, and answers what it is told.
distributed actor Shelf: ShelfContract {
    typealias ActorSystem = ServiceActorSystem

    /// What one call brought along.
    struct Visit: Sendable {
        let request: TakeRequest
        let deadline: ContinuousClock.Instant?
        let idempotencyKey: String?
        let priority: RequestPriority
        let trace: TraceContext?
        let requestID: RequestID?
    }

    /// The calls so far.
    final class Visits: Sendable {
        private let visits = Mutex<[Visit]>([])
        var all: [Visit] { visits.withLock { $0 } }
        func append(_ visit: Visit) { visits.withLock { $0.append(visit) } }
    }

    private let visits: Visits
    private let answer: @Sendable (TakeRequest) async throws -> TakeAnswer
    private let next: ServiceActorSystem?

    init(
        system: ServiceActorSystem, next: ServiceActorSystem?, visits: Visits,
        answer: @escaping @Sendable (TakeRequest) async throws -> TakeAnswer
    ) {
        actorSystem = system
        self.next = next
        self.visits = visits
        self.answer = answer
    }

    distributed func take(_ request: TakeRequest) async throws -> TakeAnswer {
        visits.append(
            Visit(
                request: request, deadline: CallContext.current.deadline,
                idempotencyKey: CallContext.current.idempotencyKey, priority: CallContext.current.priority,
                trace: .current, requestID: .current))
        if request.hops > 0, let next {
            // Some of the caller's time passes here, so that less of it can go on.
            let begun = ContinuousClock.now
            try await eventually("time passes") { ContinuousClock.now > begun + .milliseconds(3) }
            let further = try $ShelfContract.resolve(id: ActorAddress(contract: "shelf", name: "next"), using: next)
            return try await further.take(TakeRequest(item: request.item, hops: request.hops - 1))
        }
        return try await answer(request)
    }
}
