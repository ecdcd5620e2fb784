import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Postgres
import Telemetry
import Ticketing
import Wire

/// The payment service's promise, kept: one actor answers for every name, since the ledger holds all state.
distributed actor PaymentsActor: PaymentsContract {
    typealias ActorSystem = ServiceActorSystem

    /// What the contract's methods are made of.
    struct Parts: Sendable {
        let checkout: Checkout
        let settlement: Settlement
        let reader: OrderReader
        let refunds: Refunds
        let statements: StatementReader
        let figures: SalesReader
        let webhooks: WebhookReception
        let proofs: ProofReader
        let payments: PaymentsStore
        let providers: PaymentProviders
        let sandbox: SandboxProvider?
    }

    private let parts: Parts

    init(parts: Parts, actorSystem: ServiceActorSystem) {
        self.parts = parts
        self.actorSystem = actorSystem
    }

    distributed func createOrder(_ request: OrderCommand) async throws -> Answer {
        let checkout = parts.checkout
        return try await Self.answered { try await checkout.createOrder(request) }
    }

    distributed func order(_ request: OrderQuestion) async throws -> Answer {
        let reader = parts.reader
        return try await Self.answered { try await reader.order(request, requestID: Self.requestID) }
    }

    distributed func orders(_ request: CustomerListRequest) async throws -> Answer {
        let reader = parts.reader
        return try await Self.answered { try await reader.orders(request, requestID: Self.requestID) }
    }

    distributed func pay(_ request: PaymentCommand) async throws -> Answer {
        let checkout = parts.checkout
        return try await Self.answered { try await checkout.pay(request) }
    }

    distributed func ticket(_ request: TicketQuestion) async throws -> Answer {
        let reader = parts.reader
        return try await Self.answered { try await reader.ticket(request, requestID: Self.requestID) }
    }

    distributed func tickets(_ request: CustomerListRequest) async throws -> Answer {
        let reader = parts.reader
        return try await Self.answered { try await reader.tickets(request, requestID: Self.requestID) }
    }

    distributed func ticketProof(_ request: TicketQuestion) async throws -> Answer {
        let proofs = parts.proofs
        return try await Self.answered { try await proofs.proof(request, at: .now, requestID: Self.requestID) }
    }

    distributed func proofHead(_ request: ProofHeadRequest) async throws -> Answer {
        let proofs = parts.proofs
        return try await Self.answered { try await proofs.head(request, at: .now, requestID: Self.requestID) }
    }

    distributed func proofKeys(_ request: ProofKeysRequest) async throws -> Answer {
        let proofs = parts.proofs
        return try await Self.answered { try proofs.keys() }
    }

    distributed func checkIn(_ request: CheckInCommand) async throws -> Answer {
        let reader = parts.reader
        guard let fingerprint = Hexadecimal.bytes(of: request.fingerprint) else {
            throw CallFailure(.malformed, detail: "the fingerprint is not hexadecimal")
        }
        return try await Self.answered {
            try await reader.checkIn(request, fingerprint: fingerprint, requestID: Self.requestID)
        }
    }

    distributed func refund(_ request: RefundCommand) async throws -> Answer {
        let refunds = parts.refunds
        return try await Self.answered { try await refunds.ask(request) }
    }

    distributed func cancelPerformance(_ request: CancellationCommand) async throws -> Answer {
        let refunds = parts.refunds
        return try await Self.answered { try await refunds.cancel(request) }
    }

    distributed func cancellation(_ request: PerformanceSalesRequest) async throws -> Answer {
        let refunds = parts.refunds
        return try await Self.answered { try await refunds.cancellation(request, requestID: Self.requestID) }
    }

    distributed func refundRule(_ request: PerformanceSalesRequest) async throws -> Answer {
        let refunds = parts.refunds
        return try await Self.answered { try await refunds.rule(request, requestID: Self.requestID) }
    }

    distributed func changeRefundRule(_ request: RefundRuleCommand) async throws -> Answer {
        let refunds = parts.refunds
        return try await Self.answered { try await refunds.change(request, requestID: Self.requestID) }
    }

    distributed func receipt(_ request: OrderQuestion) async throws -> Answer {
        let statements = parts.statements
        return try await Self.answered { try await statements.receipt(request, requestID: Self.requestID) }
    }

    distributed func statement(_ request: PerformanceSalesRequest) async throws -> Answer {
        let statements = parts.statements
        return try await Self.answered { try await statements.statement(request, requestID: Self.requestID) }
    }

    distributed func statementPage(_ request: StatementPageRequest) async throws -> Answer {
        let statements = parts.statements
        return try await Self.answered { try await statements.page(request, requestID: Self.requestID) }
    }

    distributed func sales(_ request: PerformanceSalesRequest) async throws -> Answer {
        let figures = parts.figures
        return try await Self.answered { try await figures.sales(request, requestID: Self.requestID) }
    }

    distributed func salesMinutes(_ request: SalesMinutesRequest) async throws -> Answer {
        let figures = parts.figures
        return try await Self.answered { try await figures.minutes(request, requestID: Self.requestID) }
    }

    distributed func webhook(_ request: WebhookCommand) async throws -> Answer {
        let webhooks = parts.webhooks
        return try await Self.answered {
            try await webhooks.receive(request, at: .now, requestID: Self.requestID)
        }
    }

    distributed func authorizeSandbox(_ request: SandboxAuthorizationCommand) async throws -> Answer {
        let parts = parts
        return try await Self.answered {
            guard let sandbox = parts.sandbox,
                try await sandbox.authorize(request.paymentId, isApproved: request.isApproved) != nil
            else {
                return try Answer(refusal: Problem(.notFound, detail: "There is no such payment."), of: Self.requestID)
            }
            return try await Self.returned(request.paymentId, to: parts)
        }
    }

    distributed func paymentForm(_ request: PaymentFormQuestion) async throws -> Answer {
        let form = parts.providers.chosen.form
        return try await Self.answered { try Answer(form) }
    }

    distributed func paymentReturn(_ request: PaymentReturnCommand) async throws -> Answer {
        let parts = parts
        return try await Self.answered { try await Self.returned(request.paymentId, to: parts) }
    }

    /// The buyer's coming back is a knock, as a webhook is. While the provider can't be asked the order's screen asks on.
    private static func returned(_ payment: PaymentID, to parts: Parts) async throws -> Answer {
        guard let attempt = try await parts.payments.payment(payment) else {
            return try Answer(refusal: Problem(.notFound, detail: "There is no such payment."), of: Self.requestID)
        }
        let settled = attempt.isOpen ? try? await parts.settlement.lookAfter(attempt, mayBeOnItsWay: true) : nil
        return try Answer(
            PaymentReturnResource(
                paymentId: attempt.paymentID, orderId: attempt.orderID, performanceId: attempt.performanceID,
                state: settled?.paymentState ?? attempt.state))
    }

    private static var requestID: String? { RequestID.current?.description }

    /// Failures cross with a code that says whether something may have been done.
    private static func answered(_ work: @Sendable () async throws -> Answer) async throws -> Answer {
        do {
            return try await work()
        } catch let failure as DoorFailure {
            throw CallFailure(failure)
        } catch let failure as PostgresFailure {
            throw CallFailure(failure)
        }
    }
}
