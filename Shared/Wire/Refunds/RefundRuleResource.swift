/// An organizer's rule for refunds of a performance.
public struct RefundRuleResource: Codable, Hashable, Sendable {
    /// What becomes of the seats of refunded tickets.
    public enum Seats: String, Codable, Sendable, CaseIterable {
        /// They are for sale again.
        case available
        /// They stay empty.
        case blocked
    }

    /// Until so long before the start customers refund their tickets by themselves; absent: not at all.
    public var selfServiceUntilSeconds: Int?
    /// Whether the service fee goes back with the price. When the performance is cancelled it always does.
    public var includesServiceFee: Bool
    /// What becomes of the seats.
    public var refundedSeats: Seats

    /// All members.
    public init(selfServiceUntilSeconds: Int?, includesServiceFee: Bool, refundedSeats: Seats) {
        self.selfServiceUntilSeconds = selfServiceUntilSeconds
        self.includesServiceFee = includesServiceFee
        self.refundedSeats = refundedSeats
    }
}
