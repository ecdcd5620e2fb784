public import Ticketing
public import Wire

/// A hold as it was made: nothing of it ever changes, so that a replay renders the same bytes.
public struct MadeHold: Sendable, Hashable {
    public let holdID: HoldID
    public let performanceID: PerformanceID
    /// Ascending.
    public let seatIndexes: [SeatIndex]
    public let createdAt: Timestamp
    /// The first deadline.
    public let expiresAt: Timestamp
    /// The seats' prices.
    public let subtotal: Money
    public let serviceFee: Money
    /// The id of the request that made it.
    public let requestID: String

    public init(
        holdID: HoldID, performanceID: PerformanceID, seatIndexes: [SeatIndex], createdAt: Timestamp,
        expiresAt: Timestamp, subtotal: Money, serviceFee: Money, requestID: String
    ) {
        self.holdID = holdID
        self.performanceID = performanceID
        self.seatIndexes = seatIndexes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.subtotal = subtotal
        self.serviceFee = serviceFee
        self.requestID = requestID
    }

    /// What the request that made it was answered, and what every replay is.
    public var firstAnswer: HoldResource {
        HoldResource(
            holdId: holdID, performanceId: performanceID, state: .active, seatIndexes: seatIndexes,
            expiresAt: expiresAt, subtotal: subtotal, serviceFee: serviceFee, total: subtotal + serviceFee)
    }
}
