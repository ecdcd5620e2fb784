/// Why a ticket's proof proves nothing, in the order in which it is looked at.
public enum TicketProofFault: String, Error, Hashable, Sendable, CaseIterable {
    /// Not this kind of file, or a later version of it.
    case unknownFormat = "unknown_format"
    /// A hash is not 64 hexadecimal digits.
    case malformedHash = "malformed_hash"
    /// Ticket and head are of two performances.
    case otherPerformance = "other_performance"
    /// The change is not among those that the head covers.
    case changeBehindHead = "change_behind_head"
    /// The change does not name its seats once each, ascending.
    case seatsOutOfOrder = "seats_out_of_order"
    /// The change did not sell the ticket's seat.
    case seatNotSold = "seat_not_sold"
    /// The change issued no such ticket.
    case ticketNotIssued = "ticket_not_issued"
    /// The change is not the one that the history has at that place.
    case changeNotInHistory = "change_not_in_history"
    /// Nobody whose key is known signed the head.
    case headNotSigned = "head_not_signed"
    /// The code is another ticket's.
    case otherCode = "other_code"

    /// For a person.
    public var sentence: String {
        switch self {
        case .unknownFormat: "This is no proof of a ticket, or one of a version that this program does not know."
        case .malformedHash: "A hash in it is not 64 hexadecimal digits in lower case."
        case .otherPerformance: "Its ticket and its head are of different performances."
        case .changeBehindHead: "Its change has a sequence that its head does not cover."
        case .seatsOutOfOrder: "Its change does not name its seats once each, in ascending order."
        case .seatNotSold: "Its change did not sell the ticket's seat."
        case .ticketNotIssued:
            "Its change did not issue this ticket: the ticket's words (id, order, seat, price, code) or path were altered."
        case .changeNotInHistory:
            "The signed history has another change at that place: the change's words, its path or the head were altered."
        case .headNotSigned:
            "Its head was not signed under a given key: the head or its signature was altered, or the key is another."
        case .otherCode: "The code is not this ticket's."
        }
    }
}
