public import Ticketing

/// An entry.
public struct CheckInResource: Codable, Hashable, Sendable {
    /// Which ticket.
    public var ticketId: TicketID
    /// To what.
    public var performanceId: PerformanceID
    /// Where to sit.
    public var seatLabel: String
    /// When.
    public var checkedInAt: Timestamp

    /// All members.
    public init(ticketId: TicketID, performanceId: PerformanceID, seatLabel: String, checkedInAt: Timestamp) {
        self.ticketId = ticketId
        self.performanceId = performanceId
        self.seatLabel = seatLabel
        self.checkedInAt = checkedInAt
    }
}
