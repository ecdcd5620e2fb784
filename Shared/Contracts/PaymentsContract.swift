public import ActorTransport
public import Distributed
public import Wire

/// Orders, payments and tickets; the actor's name is the id at hand.
@Resolvable
public protocol PaymentsContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// Makes an order: 201, or a refusal.
    distributed func createOrder(_ request: OrderCommand) async throws -> Answer
    /// One order.
    distributed func order(_ request: OrderQuestion) async throws -> Answer
    /// A page of a customer's orders, latest first.
    distributed func orders(_ request: CustomerListRequest) async throws -> Answer
    /// Pays: 201, 202 or 402 with the order, or a refusal.
    distributed func pay(_ request: PaymentCommand) async throws -> Answer
    /// One ticket.
    distributed func ticket(_ request: TicketQuestion) async throws -> Answer
    /// A page of a customer's tickets, latest first.
    distributed func tickets(_ request: CustomerListRequest) async throws -> Answer
    /// Lets a bearer in, once.
    distributed func checkIn(_ request: CheckInCommand) async throws -> Answer
    /// How a performance sells.
    distributed func sales(_ request: PerformanceSalesRequest) async throws -> Answer
    /// Takes a provider's message: 204, or a refusal.
    distributed func webhook(_ request: WebhookCommand) async throws -> Answer
    /// Takes the buyer's word on the sandbox's test page.
    distributed func authorizeSandbox(_ request: SandboxAuthorizationCommand) async throws -> Answer
}

extension CallRoutes where Receiver: PaymentsContract {
    /// The contract's methods on the wire, served by `payment`.
    public static func payments(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.payments.rawValue)
        routes.on("createOrder") { try await $0.createOrder($1) }
        routes.on("order") { try await $0.order($1) }
        routes.on("orders") { try await $0.orders($1) }
        routes.on("pay") { try await $0.pay($1) }
        routes.on("ticket") { try await $0.ticket($1) }
        routes.on("tickets") { try await $0.tickets($1) }
        routes.on("checkIn") { try await $0.checkIn($1) }
        routes.on("sales") { try await $0.sales($1) }
        routes.on("webhook") { try await $0.webhook($1) }
        routes.on("authorizeSandbox") { try await $0.authorizeSandbox($1) }
        return routes
    }
}
