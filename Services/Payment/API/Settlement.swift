import LedgerStore
import Logging
import Shedding
import Ticketing

/// Brings what a provider says of payments into the ledger, and money that came too late back to its customer.
struct Settlement: Sendable {
    private let door: PerformanceDoor
    private let providers: PaymentProviders
    private let payments: PaymentsStore
    private let givingBack: GivingBack
    private let settings: CheckoutSettings
    private let logger: Logger

    init(
        door: PerformanceDoor, payments: PaymentsStore, providers: PaymentProviders, givingBack: GivingBack,
        settings: CheckoutSettings, logger: Logger
    ) {
        self.door = door
        self.payments = payments
        self.providers = providers
        self.givingBack = givingBack
        self.settings = settings
        self.logger = logger
    }

    /// Settles a payment by an observation; a refund that becomes due is made at once, or else by those who look after
    /// refunds.
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
            await givingBack.makeAtOnce(refund, leaseSeconds: settings.leaseSeconds)
        }
        return settled
    }

    /// Looks after a payment: asks the provider, ends there what has to end, settles. Nil when there is nothing to do
    /// yet.
    /// - Parameter mayBeOnItsWay: whether somebody may be about to send the payment to the provider at this moment:
    ///   then one that the provider does not know is left alone. Only who had to wait for the lease can tell.
    @discardableResult
    func lookAfter(_ attempt: PaymentAttempt, mayBeOnItsWay: Bool) async throws -> PaymentSettlement? {
        switch ReconciliationStep.first(for: attempt) {
        case .settleFree: return try await settle(attempt, by: .succeeded(reference: nil))
        case .ask: break
        case .cancel, .take, .settle, .wait: return nil
        }
        let status = try await IntakeSlot.elsewhere {
            try await providers.provider(thatBegan: attempt).status(of: ProviderCharge(attempt))
        }
        switch ReconciliationStep.after(status, of: attempt, mayBeOnItsWay: mayBeOnItsWay) {
        case .settle(let observation): return try await settle(attempt, by: observation)
        case .take: return try await take(attempt)
        case .cancel: return try await end(attempt)
        case .wait, .ask, .settleFree: return nil
        }
    }

    /// Takes what the buyer agreed to, but only while the seats are frozen as the ledger has it *after* the provider
    /// told of the agreement: who ends a payment looks at the provider after the freeze, and sees the agreement.
    private func take(_ attempt: PaymentAttempt) async throws -> PaymentSettlement? {
        guard let now = try await payments.confirmedPayment(attempt.paymentID), now.isOpen, !now.isFreezeOver else {
            return nil
        }
        let status = try await IntakeSlot.elsewhere {
            try await providers.provider(thatBegan: now).take(ProviderCharge(now))
        }
        guard case .settle(let observation) = ReconciliationStep.afterActing(status) else { return nil }
        return try await settle(now, by: observation)
    }

    private func end(_ attempt: PaymentAttempt) async throws -> PaymentSettlement? {
        let status = try await IntakeSlot.elsewhere {
            try await providers.provider(thatBegan: attempt).cancel(ProviderCharge(attempt))
        }
        guard case .settle(let observation) = ReconciliationStep.afterActing(status) else { return nil }
        return try await settle(attempt, by: observation)
    }
}

extension ProviderStatus {
    /// What it means for the payment that was just sent.
    var observation: PaymentObservation {
        switch self {
        case .notKnown, .processing, .authorized: .unknown
        case .requiresAction(let url, let reference): .requiresAction(url: url, reference: reference)
        case .succeeded(let reference): .succeeded(reference: reference)
        case .declined(let code): .declined(code: code)
        case .cancelled: .cancelled
        }
    }
}
