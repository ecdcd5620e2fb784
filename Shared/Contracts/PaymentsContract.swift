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
    /// One ticket with all that proves it.
    distributed func ticketProof(_ request: TicketQuestion) async throws -> Answer
    /// What is published of a performance's history.
    distributed func proofHead(_ request: ProofHeadRequest) async throws -> Answer
    /// The keys that heads are signed under.
    distributed func proofKeys(_ request: ProofKeysRequest) async throws -> Answer
    /// Lets a bearer in, once.
    distributed func checkIn(_ request: CheckInCommand) async throws -> Answer
    /// Refunds tickets: 201 with the refund, or a refusal.
    distributed func refund(_ request: RefundCommand) async throws -> Answer
    /// Ends a performance's sale for good: 202 with how far its refunds are, or a refusal.
    distributed func cancelPerformance(_ request: CancellationCommand) async throws -> Answer
    /// How far the refunds of a cancelled performance are.
    distributed func cancellation(_ request: PerformanceSalesRequest) async throws -> Answer
    /// A performance's rule for refunds.
    distributed func refundRule(_ request: PerformanceSalesRequest) async throws -> Answer
    /// Changes a performance's rule for refunds.
    distributed func changeRefundRule(_ request: RefundRuleCommand) async throws -> Answer
    /// A customer's receipt for an order.
    distributed func receipt(_ request: OrderQuestion) async throws -> Answer
    /// What a performance brought its organizer.
    distributed func statement(_ request: PerformanceSalesRequest) async throws -> Answer
    /// A page of a statement's lines, for its file.
    distributed func statementPage(_ request: StatementPageRequest) async throws -> Answer
    /// How a performance sells.
    distributed func sales(_ request: PerformanceSalesRequest) async throws -> Answer
    /// How a performance sold, minute by minute: a page, the latest first.
    distributed func salesMinutes(_ request: SalesMinutesRequest) async throws -> Answer
    /// Takes a provider's message: 204, or a refusal.
    distributed func webhook(_ request: WebhookCommand) async throws -> Answer
    /// What the pay screen shows for the provider.
    distributed func paymentForm(_ request: PaymentFormQuestion) async throws -> Answer
    /// Looks after a payment whose buyer comes back from the provider's page, and tells where to go on.
    distributed func paymentReturn(_ request: PaymentReturnCommand) async throws -> Answer
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
        routes.on("ticketProof") { try await $0.ticketProof($1) }
        routes.on("proofHead") { try await $0.proofHead($1) }
        routes.on("proofKeys") { try await $0.proofKeys($1) }
        routes.on("checkIn") { try await $0.checkIn($1) }
        routes.on("refund") { try await $0.refund($1) }
        routes.on("cancelPerformance") { try await $0.cancelPerformance($1) }
        routes.on("cancellation") { try await $0.cancellation($1) }
        routes.on("refundRule") { try await $0.refundRule($1) }
        routes.on("changeRefundRule") { try await $0.changeRefundRule($1) }
        routes.on("receipt") { try await $0.receipt($1) }
        routes.on("statement") { try await $0.statement($1) }
        routes.on("statementPage") { try await $0.statementPage($1) }
        routes.on("sales") { try await $0.sales($1) }
        routes.on("salesMinutes") { try await $0.salesMinutes($1) }
        routes.on("webhook") { try await $0.webhook($1) }
        routes.on("paymentForm") { try await $0.paymentForm($1) }
        routes.on("paymentReturn") { try await $0.paymentReturn($1) }
        routes.on("authorizeSandbox") { try await $0.authorizeSandbox($1) }
        return routes
    }
}
