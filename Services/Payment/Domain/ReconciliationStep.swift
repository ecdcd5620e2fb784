import LedgerStore
import Ticketing

/// What reconciliation does next with an open payment. Pure: a table of what is known here and what the provider says.
enum ReconciliationStep: Hashable, Sendable {
    /// Nothing has to be paid: it is settled without asking anybody.
    case settleFree
    /// Ask the provider.
    case ask
    /// Make the refund that was decided on.
    case refund(RefundID)
    /// End it at the provider, which keeps a tombstone; only then here.
    case cancel
    /// Write down what the provider says.
    case settle(PaymentObservation)
    /// Leave it for the next time.
    case wait

    /// The first step with a payment that was claimed.
    static func first(for attempt: PaymentAttempt) -> ReconciliationStep {
        if let refund = attempt.pendingRefundID { return .refund(refund) }
        return attempt.provider == PaymentAttempt.noProvider ? .settleFree : .ask
    }

    /// The step after the provider was asked.
    static func after(_ status: ProviderStatus, of attempt: PaymentAttempt) -> ReconciliationStep {
        switch status {
        case .succeeded(let reference): return .settle(.succeeded(reference: reference))
        case .declined(let code): return .settle(.declined(code: code))
        case .cancelled: return .settle(.cancelled)
        case .notKnown:
            // Whoever was to send it has had its lease: it may be dead, or slow. The tombstone stops a slow one.
            return .cancel
        case .processing:
            return attempt.isFreezeOver ? .cancel : .wait
        case .requiresAction(let url):
            if attempt.isFreezeOver { return .cancel }
            return attempt.state == .requiresAction ? .wait : .settle(.requiresAction(url: url))
        }
    }

    /// The step after the provider was told to end it: what it did in the meantime counts.
    static func afterCancelling(_ status: ProviderStatus) -> ReconciliationStep {
        switch status {
        case .succeeded(let reference): .settle(.succeeded(reference: reference))
        case .declined(let code): .settle(.declined(code: code))
        case .cancelled: .settle(.cancelled)
        case .notKnown, .processing, .requiresAction: .wait
        }
    }
}

extension PaymentAttempt {
    /// The provider of payments of nothing.
    static let noProvider = "none"
}
