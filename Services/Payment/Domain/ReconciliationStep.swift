import LedgerStore
import Ticketing

/// What reconciliation does next with an open payment. Pure: a table of what is known here and what the provider says.
enum ReconciliationStep: Hashable, Sendable {
    /// Nothing has to be paid: it is settled without asking anybody.
    case settleFree
    /// Ask the provider.
    case ask
    /// Take what the buyer agreed to.
    case take
    /// End it at the provider, which keeps a tombstone; only then here.
    case cancel
    /// Write down what the provider says.
    case settle(PaymentObservation)
    /// Leave it for the next time.
    case wait

    /// The first step with a payment that was claimed.
    static func first(for attempt: PaymentAttempt) -> ReconciliationStep {
        attempt.provider == PaymentAttempt.noProvider ? .settleFree : .ask
    }

    /// The step after the provider was asked.
    static func after(
        _ status: ProviderStatus, of attempt: PaymentAttempt, mayBeOnItsWay: Bool
    ) -> ReconciliationStep {
        switch status {
        case .succeeded(let reference): return .settle(.succeeded(reference: reference))
        case .declined(let code): return .settle(.declined(code: code))
        case .cancelled: return .settle(.cancelled)
        case .notKnown:
            // Whoever was to send it has had its lease: it may be dead, or slow. The tombstone stops a slow one.
            return mayBeOnItsWay || !attempt.isOpen ? .wait : .cancel
        case .processing:
            return attempt.isFreezeOver ? .cancel : .wait
        case .requiresAction(let url, let reference):
            if attempt.isFreezeOver { return .cancel }
            return attempt.state == .requiresAction ? .wait : .settle(.requiresAction(url: url, reference: reference))
        case .authorized:
            guard attempt.isOpen else { return .wait }
            return attempt.isFreezeOver ? .cancel : .take
        }
    }

    /// The step after the provider was told to take the money, or to end it: what it did in the meantime counts.
    static func afterActing(_ status: ProviderStatus) -> ReconciliationStep {
        switch status {
        case .succeeded(let reference): .settle(.succeeded(reference: reference))
        case .declined(let code): .settle(.declined(code: code))
        case .cancelled: .settle(.cancelled)
        case .notKnown, .processing, .requiresAction, .authorized: .wait
        }
    }

}

extension PaymentAttempt {
    /// Whether its outcome is open.
    var isOpen: Bool {
        switch state {
        case .pending, .unknown, .requiresAction: true
        case .succeeded, .declined, .cancelled, .refunding, .refunded: false
        }
    }

    /// The provider of payments of nothing.
    static let noProvider = "none"
}
