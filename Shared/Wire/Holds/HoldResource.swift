public import Ticketing

/// A hold.
public struct HoldResource: Codable, Hashable, Sendable {
    /// The hold's id.
    public var holdId: HoldID
    /// Its performance.
    public var performanceId: PerformanceID
    /// Where it is in its life.
    public var state: HoldState
    /// Ascending.
    public var seatIndexes: [SeatIndex]
    /// When it ends unless it is paid.
    public var expiresAt: Timestamp
    /// The seats' prices.
    public var subtotal: Money
    /// The seats' fees.
    public var serviceFee: Money
    /// Both.
    public var total: Money

    /// All members.
    public init(
        holdId: HoldID,
        performanceId: PerformanceID,
        state: HoldState,
        seatIndexes: [SeatIndex],
        expiresAt: Timestamp,
        subtotal: Money,
        serviceFee: Money,
        total: Money
    ) {
        self.holdId = holdId
        self.performanceId = performanceId
        self.state = state
        self.seatIndexes = seatIndexes
        self.expiresAt = expiresAt
        self.subtotal = subtotal
        self.serviceFee = serviceFee
        self.total = total
    }
}
