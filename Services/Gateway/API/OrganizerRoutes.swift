import Contracts
import HTTP2
import HTTPTypes
import Ticketing
import Wire

/// What organizers see of their sales.
struct OrganizerRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout RouteTable) {
        routes.on(.get, "/v1/organizer/performances/{performance_id}/sales", edge.answering(sales))
    }

    private func sales(_ request: ServerRequest) async throws -> ServerResponse {
        let organizer = try await edge.sessions.organizer(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        return .answer(
            try await actors.payments(performance.description)
                .sales(
                    PerformanceSalesRequest(
                        performanceId: performance, organizerId: organizer.customerID,
                        isAdmin: organizer.role == .admin)))
    }
}
