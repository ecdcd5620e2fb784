import LedgerStore
import Logging
import Ticketing

/// Gives money back at the provider, outside of any transaction, and brings what it says into the ledger. Every step may
/// be repeated: our refund's key is the provider's.
struct GivingBack: Sendable {
    private let door: PerformanceDoor
    private let refunds: RefundsStore
    private let providers: PaymentProviders
    private let logger: Logger

    init(door: PerformanceDoor, refunds: RefundsStore, providers: PaymentProviders, logger: Logger) {
        self.door = door
        self.refunds = refunds
        self.providers = providers
        self.logger = logger
    }

    /// Makes a refund; nil when the provider has not decided yet.
    @discardableResult
    func make(_ attempt: RefundAttempt) async throws -> RefundSettlement? {
        // What costs nothing never met a provider.
        guard attempt.amount.amountMinor > 0 else { return try await settle(attempt, by: .made) }
        let provider = try providers.provider(thatBegan: attempt.payment)
        let status = try await provider.refund(
            ProviderRefund(refundID: attempt.key, charge: ProviderCharge(attempt.payment), amount: attempt.amount))
        guard let observation = status.observation else { return nil }
        return try await settle(attempt, by: observation)
    }

    /// Makes one refund at once, if nobody has made it yet. What goes wrong is left to those who come later.
    func makeAtOnce(_ refund: RefundID, leaseSeconds: Int) async {
        do {
            guard let attempt = try await refunds.claim(refund, leaseSeconds: leaseSeconds) else { return }
            try await make(attempt)
        } catch {
            logger.warning(
                "a refund has to wait for reconciliation", metadata: ["refund_id": "\(refund)", "cause": "\(error)"])
        }
    }

    /// Asks what became of the refunds of a payment that somebody told us of; also of those that were made, whose money
    /// may have come back to the provider since.
    func lookAfter(_ payment: PaymentID) async throws {
        for attempt in try await refunds.withNews(of: payment) where attempt.amount.amountMinor > 0 {
            let provider = try providers.provider(thatBegan: attempt.payment)
            let status = try await provider.status(
                of: ProviderRefund(
                    refundID: attempt.key, charge: ProviderCharge(attempt.payment), amount: attempt.amount))
            guard let observation = status.observation else { continue }
            if attempt.state == .made, observation == .made { continue }
            _ = try await settle(attempt, by: observation)
        }
    }

    private func settle(
        _ attempt: RefundAttempt, by observation: RefundObservation
    ) async throws(DoorFailure) -> RefundSettlement {
        let item = RefundSettleBatch.Item(refundID: attempt.refundID, key: attempt.key, observation: observation)
        let settled = try await door.submit(item, to: RefundSettleBatch.self, in: attempt.payment.performanceID)
        if case .refused(let code) = observation {
            let metadata: Logger.Metadata = [
                "refund_id": "\(attempt.refundID)", "payment_id": "\(attempt.payment.paymentID)", "code": "\(code)",
            ]
            switch settled {
            case .refused:
                logger.error("the provider refuses a refund: an operator has to look", metadata: metadata)
            case .returned:
                logger.error("the money of a refund came back: an operator has to look", metadata: metadata)
            case .made, .settled, .notFound: break
            }
        }
        return settled
    }
}

extension ProviderRefundStatus {
    /// What it means for the refund; nil while it is open.
    var observation: RefundObservation? {
        switch self {
        case .notKnown, .pending: nil
        case .made: .made
        case .refused(let code): .refused(code: code)
        }
    }
}
