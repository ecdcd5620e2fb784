import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

/// What can be bought, for every gateway.
distributed actor CatalogueDesk: CatalogueContract {
    typealias ActorSystem = ServiceActorSystem

    private let store: CatalogueStore

    init(store: CatalogueStore, system: ServiceActorSystem) {
        actorSystem = system
        self.store = store
    }

    distributed func events(_ request: EventListRequest) async throws -> Answer {
        var cursor: EventCursor?
        if let text = request.cursor {
            cursor = EventCursor(text: text)
            guard cursor != nil else {
                return try Answer(
                    refusing: Problem(.invalidRequest).with {
                        $0.fields = [FieldProblem(path: "cursor", code: "malformed")]
                    })
            }
        }
        let page = try await LedgerCalls.reading {
            try await store.events(
                matching: request.q ?? "", from: request.from, to: request.to, after: cursor,
                limit: max(1, min(request.limit, 100)), deadline: CallContext.current.deadline)
        }
        return try Answer(ListResource(items: page.items, nextCursor: page.next?.text))
    }

    distributed func event(_ request: EventRequest) async throws -> Answer {
        let found = try await LedgerCalls.reading {
            try await store.event(request.eventId, deadline: CallContext.current.deadline)
        }
        guard let found else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(found)
    }

    distributed func performance(_ request: PerformanceRequest) async throws -> Answer {
        let found = try await LedgerCalls.reading {
            try await store.performance(request.performanceId, deadline: CallContext.current.deadline)
        }
        guard let found else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(found)
    }

    distributed func seatingChart(_ request: SeatingChartRequest) async throws -> Answer {
        let found = try await LedgerCalls.reading {
            try await store.chart(request.chartId, deadline: CallContext.current.deadline)
        }
        guard let found else { return try Answer(refusing: Problem(.notFound)) }
        return Answer(status: 200, body: RawJSON(trusting: found.document))
    }
}
