import Ticketing

/// The life of one payment, as the ledger's settlement follows it.
///
/// The ledger decides under the performance's lock, in SQL; this is the same rule as a value, and a test holds the two
/// against each other over every state and event.
struct PaymentStateMachine: Hashable, Sendable {
    /// What has to be done after an event.
    enum Action: Hashable, Sendable {
        /// Seats become sold, tickets are issued, the price is booked.
        case sell
        /// The charge is booked as owed to the customer, and a refund is due at the provider.
        case oweRefund
        /// The seats get their old deadline back.
        case giveDeadlineBack
        /// Wait for the provider.
        case wait
        /// It is known, or it changes nothing any more.
        case nothing
    }

    /// Where the payment is.
    private(set) var state: PaymentState

    init(state: PaymentState = .pending) {
        self.state = state
    }

    /// The provider took the money; the seats can be sold to it when all of them are the order's or free.
    mutating func chargeSucceeded(seatsCanBeSold: Bool) -> Action {
        switch state {
        case .pending, .unknown, .requiresAction, .declined, .cancelled:
            state = seatsCanBeSold ? .succeeded : .refunding
            return seatsCanBeSold ? .sell : .oweRefund
        case .succeeded, .refunding, .refunded: return .nothing
        }
    }

    /// The provider refused the money.
    mutating func chargeDeclined() -> Action {
        end(as: .declined)
    }

    /// The provider promised never to take the money.
    mutating func chargeCancelled() -> Action {
        end(as: .cancelled)
    }

    /// The buyer has to act first.
    mutating func actionRequired() -> Action {
        switch state {
        case .pending, .unknown:
            state = .requiresAction
            return .wait
        case .requiresAction, .succeeded, .declined, .cancelled, .refunding, .refunded: return .nothing
        }
    }

    /// The provider gave no answer that tells.
    mutating func answerLost() -> Action {
        switch state {
        case .pending, .requiresAction:
            state = .unknown
            return .wait
        case .unknown, .succeeded, .declined, .cancelled, .refunding, .refunded: return .nothing
        }
    }

    private mutating func end(as ended: PaymentState) -> Action {
        switch state {
        case .pending, .unknown, .requiresAction:
            state = ended
            return .giveDeadlineBack
        case .succeeded, .declined, .cancelled, .refunding, .refunded: return .nothing
        }
    }
}
