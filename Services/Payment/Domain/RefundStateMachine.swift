import LedgerStore
import Ticketing

/// The life of one refund, as the ledger's functions follow it.
///
/// The ledger decides under the performance's lock, in SQL; this is the same rule as a value, and a test holds the two
/// against each other over every state and event.
struct RefundStateMachine: Hashable, Sendable {
    /// Where the refund is.
    private(set) var state: RefundState
    /// Whether the provider is asked by a newer key than the one that it answers to.
    private(set) var isKeyStale = false

    init(state: RefundState = .pending) {
        self.state = state
    }

    /// The provider said something of it, to the key that it was first asked by, or an operator found something.
    mutating func observed(_ observation: RefundObservation) -> RefundSettlement {
        switch state {
        case .pending where !isKeyStale:
            switch observation {
            case .made:
                state = .made
                return .made
            case .refused:
                state = .refused
                return .refused
            case .givenBack, .givenBackOutside: return .settled
            }
        case .made where !isKeyStale:
            switch observation {
            case .refused:
                // The money came back: it is owed again, and what making it brought about stays.
                state = .refused
                return .returned
            case .made, .givenBack, .givenBackOutside: return .settled
            }
        case .refused:
            switch observation {
            case .givenBack, .givenBackOutside:
                // By no key of ours: what the provider says to ours from now on is not about it.
                state = .made
                isKeyStale = true
                return .made
            case .made, .refused: return .settled
            }
        case .pending, .made: return .settled
        }
    }

    /// An operator has it tried again; whether that changed anything.
    mutating func retried() -> Bool {
        switch state {
        case .refused:
            state = .pending
            isKeyStale = true
            return true
        case .pending, .made: return false
        }
    }
}
