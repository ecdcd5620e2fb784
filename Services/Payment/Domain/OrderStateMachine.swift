import Ticketing

/// The life of one order, as the ledger's functions follow it.
struct OrderStateMachine: Hashable, Sendable {
    /// Where the order is.
    private(set) var state: OrderState

    init(state: OrderState = .pending) {
        self.state = state
    }

    /// Whether a payment may be begun.
    var isPayable: Bool { state == .pending }

    /// Whether money that came may still buy the seats, if they are free.
    var canBeSold: Bool {
        switch state {
        case .pending, .expired: true
        case .paid, .cancelled, .partlyRefunded, .refunded: false
        }
    }

    /// All seats are sold to it; false when it may not be.
    mutating func sold() -> Bool {
        guard canBeSold else { return false }
        state = .paid
        return true
    }

    /// A hold of it lapsed while no payment was open.
    mutating func holdLapsed() {
        if state == .pending { state = .expired }
    }

    /// A hold of it was given back while no payment was open.
    mutating func holdReleased() {
        if state == .pending { state = .cancelled }
    }

    /// Money of some of its tickets went back; the others are still good.
    mutating func ticketsRefunded(areOthersLeft: Bool) {
        switch state {
        case .paid, .partlyRefunded: state = areOthersLeft ? .partlyRefunded : .refunded
        case .pending, .expired, .cancelled, .refunded:
            preconditionFailure("an order that is \(state.rawValue) had tickets to give back")
        }
    }

    /// The money that came too late for it went back.
    mutating func lateMoneyReturned() {
        if state == .expired { state = .refunded }
    }
}
