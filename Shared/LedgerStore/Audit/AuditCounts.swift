/// How much an audit looked at.
public struct AuditCounts: Codable, Hashable, Sendable {
    /// Seats that are sold.
    public var seatsSold: Int64
    /// Tickets that open the gate, or did.
    public var ticketsLive: Int64
    /// Orders that are paid.
    public var ordersPaid: Int64
    /// Payments that bought something.
    public var paymentsSucceeded: Int64
    /// Lines of the ledger.
    public var transfers: Int64
    /// Changes of seats' histories.
    public var changes: Int64
    /// Holds that were ever made.
    public var holds: Int64
}
