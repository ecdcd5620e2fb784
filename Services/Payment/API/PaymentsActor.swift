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
        let webhooks: WebhookReception
        let payments: PaymentsStore
        let sandbox: SandboxProvider
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

    distributed func checkIn(_ request: CheckInCommand) async throws -> Answer {
        let reader = parts.reader
        guard let fingerprint = Hexadecimal.bytes(of: request.fingerprint) else {
            throw CallFailure(.malformed, detail: "the fingerprint is not hexadecimal")
        }
        return try await Self.answered {
            try await reader.checkIn(request, fingerprint: fingerprint, requestID: Self.requestID)
        }
    }

    distributed func sales(_ request: PerformanceSalesRequest) async throws -> Answer {
        let reader = parts.reader
        return try await Self.answered { try await reader.sales(request, requestID: Self.requestID) }
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
            guard try await parts.sandbox.authorize(request.paymentId, isApproved: request.isApproved) != nil,
                let attempt = try await parts.payments.payment(request.paymentId)
            else {
                return try Answer(refusal: Problem(.notFound, detail: "There is no such payment."), of: Self.requestID)
            }
            let settled = try await parts.settlement.lookAfter(attempt)
            return try Answer(
                SandboxAuthorizationResource(
                    paymentId: attempt.paymentID, orderId: attempt.orderID, performanceId: attempt.performanceID,
                    state: settled?.paymentState ?? attempt.state))
        }
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
