/// What a message tells of.
public enum MessageKind: String, Codable, Sendable, CaseIterable {
    /// An order was paid.
    case orderPaid = "order_paid"
    /// An order's tickets were issued.
    case ticketsIssued = "tickets_issued"
    /// Money of an order went back.
    case refundMade = "refund_made"
    /// A performance will not take place.
    case performanceCancelled = "performance_cancelled"
    /// Seats are offered to somebody who waits for some.
    case seatsOffered = "seats_offered"
}
