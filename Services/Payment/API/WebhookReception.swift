import LedgerStore
import Logging
import Ticketing
import Wire

/// Takes providers' messages. A message is a knock at the door: what became of the payment is asked from the provider,
/// so that messages may come twice, late, in any order, and before our own commit.
struct WebhookReception: Sendable {
    private let payments: PaymentsStore
    private let providers: PaymentProviders
    private let settlement: Settlement
    private let givingBack: GivingBack
    private let logger: Logger

    init(
        payments: PaymentsStore, providers: PaymentProviders, settlement: Settlement, givingBack: GivingBack,
        logger: Logger
    ) {
        self.payments = payments
        self.providers = providers
        self.settlement = settlement
        self.givingBack = givingBack
        self.logger = logger
    }

    /// 204 when there is nothing more to do for it; a failure asks the provider to send it again.
    func receive(_ command: WebhookCommand, at time: Timestamp, requestID: String?) async throws -> Answer {
        guard let provider = providers.provider(named: command.provider) else {
            return try Answer(refusal: Problem(.notFound, detail: "There is no such provider."), of: requestID)
        }
        let notice: ProviderNotice?
        do {
            guard let body = Base64.bytes(of: command.body) else { throw WebhookRefusal.malformed }
            notice = try provider.verifyWebhook(body: body, signature: command.signature, at: time)
        } catch let refusal as WebhookRefusal {
            logger.warning("a webhook was refused", metadata: ["reason": "\(refusal)"])
            let code: ProblemCode = refusal == .malformed ? .malformedRequest : .forbidden
            return try Answer(refusal: Problem(code), of: requestID)
        }
        guard let notice else { return .noContent }
        guard let attempt = try await payments.payment(notice.paymentID), attempt.provider == provider.name else {
            logger.warning("a webhook of no payment of ours", metadata: ["payment_id": "\(notice.paymentID)"])
            return .noContent
        }
        switch attempt.state {
        case .succeeded, .refunding, .refunded: try await givingBack.lookAfter(attempt.paymentID)
        case .pending, .unknown, .requiresAction, .declined, .cancelled:
            try await settlement.lookAfter(attempt, mayBeOnItsWay: true)
        }
        return .noContent
    }
}
