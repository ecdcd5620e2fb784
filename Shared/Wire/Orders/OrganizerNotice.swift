public import Ticketing

/// What an organizer's webhook is told. The same message has the same id, however often it comes.
public struct OrganizerNotice: Codable, Hashable, Sendable {
    /// The message's own id: what was seen before may be thrown away.
    public var id: MessageID
    /// What happened.
    public var type: MessageKind
    /// When.
    public var createdAt: Timestamp
    /// At which performance's sale.
    public var performanceId: PerformanceID
    /// To which order; nil when it is about the whole performance.
    public var orderId: OrderID?
    /// What was paid or went back.
    public var amount: Money
    /// Seats that it is about.
    public var seatCount: Int

    /// All members.
    public init(
        id: MessageID,
        type: MessageKind,
        createdAt: Timestamp,
        performanceId: PerformanceID,
        orderId: OrderID?,
        amount: Money,
        seatCount: Int
    ) {
        self.id = id
        self.type = type
        self.createdAt = createdAt
        self.performanceId = performanceId
        self.orderId = orderId
        self.amount = amount
        self.seatCount = seatCount
    }
}
