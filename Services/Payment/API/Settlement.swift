import LedgerStore
import Logging
import Ticketing

/// Brings what a provider says into the ledger, and money that came too late back to its customer.
struct Settlement: Sendable {
    private let door: PerformanceDoor
    private let provider: any PaymentProvider
    private let settings: CheckoutSettings
    private let logger: Logger

    init(door: PerformanceDoor, provider: any PaymentProvider, settings: CheckoutSettings, logger: Logger) {
        self.door = door
        self.provider = provider
        self.settings = settings
        self.logger = logger
    }

    /// Settles a payment by an observation; a refund that becomes due is made at once, or else by reconciliation.
    func settle(
        _ attempt: PaymentAttempt, by observation: PaymentObservation, requestID: String? = nil
    ) async throws(DoorFailure) -> PaymentSettlement {
        var random = SystemRandomNumberGenerator()
        let ids = SettlementIDs(seatCount: attempt.seatCount, at: .now, random: &random)
        let item = PaymentSettleBatch.Item(
            paymentID: attempt.paymentID, observation: observation, tickets: ids.tickets,
            transferIDs: ids.transfers, refundID: ids.refund, extensionSeconds: settings.declineExtensionSeconds,
            answer: { try PaymentAnswer.answer(to: $0, requestID: requestID) })
        let settled = try await door.submit(item, to: PaymentSettleBatch.self, in: attempt.performanceID)
        if settled.decision == .refundDue, let refund = settled.pendingRefundID {
            logger.warning(
                "a charge came too late for its seats and goes back",
                metadata: ["payment_id": "\(attempt.paymentID)", "order_id": "\(attempt.orderID)"])
            await giveBack(attempt, by: refund)
        }
        return settled
    }

    /// Makes a refund that was decided on, and books it.
    func refund(_ attempt: PaymentAttempt, by refund: RefundID) async throws -> PaymentSettlement? {
        switch try await provider.refund(
            ProviderRefund(refundID: refund, paymentID: attempt.paymentID, amount: attempt.amount))
        {
        case .made: return try await settle(attempt, by: .refunded)
        case .refused:
            logger.error(
                "the provider refuses a refund: somebody has to look",
                metadata: ["payment_id": "\(attempt.paymentID)", "refund_id": "\(refund)"])
            return nil
        }
    }

    /// Looks after a payment whose outcome is open: asks the provider, ends there what has to end, settles.
    /// Nil when there is nothing to do yet.
    @discardableResult
    func lookAfter(_ attempt: PaymentAttempt) async throws -> PaymentSettlement? {
        switch ReconciliationStep.first(for: attempt) {
        case .settleFree: return try await settle(attempt, by: .succeeded(reference: nil))
        case .refund(let refund): return try await self.refund(attempt, by: refund)
        case .ask: break
        case .cancel, .settle, .wait: return nil
        }
        switch ReconciliationStep.after(try await provider.status(of: attempt.paymentID), of: attempt) {
        case .settle(let observation): return try await settle(attempt, by: observation)
        case .cancel: return try await end(attempt)
        case .wait, .ask, .refund, .settleFree: return nil
        }
    }

    private func end(_ attempt: PaymentAttempt) async throws -> PaymentSettlement? {
        guard
            case .settle(let observation) = ReconciliationStep.afterCancelling(
                try await provider.cancel(attempt.paymentID))
        else { return nil }
        return try await settle(attempt, by: observation)
    }

    private func giveBack(_ attempt: PaymentAttempt, by refund: RefundID) async {
        do {
            _ = try await self.refund(attempt, by: refund)
        } catch {
            logger.warning(
                "a refund has to wait for reconciliation",
                metadata: ["payment_id": "\(attempt.paymentID)", "cause": "\(error)"])
        }
    }
}

extension ProviderStatus {
    /// What it means for the payment that was just sent.
    var observation: PaymentObservation {
        switch self {
        case .notKnown, .processing: .unknown
        case .requiresAction(let url): .requiresAction(url: url)
        case .succeeded(let reference): .succeeded(reference: reference)
        case .declined(let code): .declined(code: code)
        case .cancelled: .cancelled
        }
    }
}
