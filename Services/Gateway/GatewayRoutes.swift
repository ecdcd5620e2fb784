import HTTP2
import HTTPTypes
import Logging
import Wire

/// Every route of the public port, and what stands around them.
struct GatewayRoutes: Sendable {
    let edge: EdgeRoutes
    let customers: CustomerRoutes
    let catalogue: CatalogueRoutes
    let seats: SeatRoutes
    let waitingRoom: WaitingRoomRoutes
    let holds: HoldRoutes
    let fairness: FairnessRoutes
    let orders: OrderRoutes
    let tickets: TicketRoutes
    let proofs: ProofRoutes
    let organizer: OrganizerRoutes
    let statements: StatementRoutes
    let webhooks: WebhookRoutes
    let paymentForm: PaymentFormRoutes
    let sandbox: SandboxRoutes
    let description: DescriptionRoutes
    let site: Site

    /// The table as it is served.
    func table(logger: Logger) -> RouteTable {
        var routes = EdgeTable(
            intake: edge.intake,
            around: [
                EdgeMiddleware.observation(logger: logger, proxies: edge.intake.proxies),
                EdgeMiddleware.securityHeaders,
            ])
        customers.register(in: &routes)
        catalogue.register(in: &routes)
        seats.register(in: &routes)
        waitingRoom.register(in: &routes)
        holds.register(in: &routes)
        fairness.register(in: &routes)
        orders.register(in: &routes)
        tickets.register(in: &routes)
        proofs.register(in: &routes)
        organizer.register(in: &routes)
        statements.register(in: &routes)
        webhooks.register(in: &routes)
        description.register(in: &routes)
        paymentForm.register(in: &routes)
        sandbox.register(in: &routes)
        site.register(in: &routes, forms: paymentForm.forms)
        return routes.routes
    }

    /// What the listener itself refuses, as a problem.
    static func refusal(_ refusal: ServerRefusal) -> ServerResponse {
        let status = refusal.status.code
        let code = ProblemCode.allCases.first { $0.status == status && $0 != .invalidRequest } ?? .malformedRequest
        var response = ServerResponse.problem(Problem(code))
        response.status = refusal.status
        return response
    }
}
