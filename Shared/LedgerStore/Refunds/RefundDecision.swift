public import Ticketing
public import Wire

/// What the ledger decided about a wish for a refund.
public enum RefundDecision: Hashable, Sendable {
    /// Written down: the tickets open no gate any more, and the money is on its way.
    case begun(RefundResource)
    /// The same request was answered before.
    case replayed(Answer)
    /// The key is being worked on.
    case inUse
    /// The key was used for another request.
    case keyReused
    /// There is no such order that the asker may see.
    case notFound
    /// A ticket is not of the order.
    case unknownTicket
    /// Nothing of the order was ever sold.
    case notRefundable
    /// Money of these tickets went back before, or is on its way.
    case alreadyRefunded([TicketID])
    /// The bearers of these tickets are inside.
    case alreadyCheckedIn([TicketID])
    /// These tickets were taken out of use.
    case ticketNotValid([TicketID])
    /// The performance's rule lets no customer refund by themselves, or not any more.
    case notOffered

    /// Whether the answer is stored with the key.
    var isAnswerStored: Bool {
        switch self {
        case .begun, .notFound, .unknownTicket, .notRefundable, .alreadyRefunded, .alreadyCheckedIn, .ticketNotValid,
            .notOffered:
            true
        case .replayed, .inUse, .keyReused: false
        }
    }
}
