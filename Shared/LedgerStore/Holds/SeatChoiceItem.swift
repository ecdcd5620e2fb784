public import Ticketing

/// One customer's wish for seats of our choice: they are chosen under the performance's lock, by what is true there.
public struct SeatChoiceItem: Sendable {
    /// The id that the hold gets if it is made.
    public let holdID: HoldID
    /// Whose.
    public let customerID: CustomerID
    /// The customer's key.
    public let idempotencyKey: String
    /// The request's fingerprint, as it came.
    public let fingerprint: [UInt8]
    /// The request's id, kept for replays.
    public let requestID: String
    /// How many seats; 1 or more.
    public let quantity: Int
    /// The same for wishes that would be chosen the same for: of those that find nothing one is looked for.
    public let wish: String
    /// The map as this process knows it, so that only what changed since has to be read; nil when it knows none.
    public let knownMap: @Sendable () -> KnownSeatMap?
    /// Chooses among the seats that are available. It may be called twice, and on any thread.
    public let choose: @Sendable (PackedSeatStates) -> SeatChoice
    /// What was chosen; nil before, and for those who get no seat whatever is free.
    var choice: SeatChoice?
    /// The database's time that the choice was made by; nil before.
    var decidedAt: Timestamp?

    public init(
        holdID: HoldID, customerID: CustomerID, idempotencyKey: String, fingerprint: [UInt8], requestID: String,
        quantity: Int, wish: String, knownMap: @escaping @Sendable () -> KnownSeatMap?,
        choose: @escaping @Sendable (PackedSeatStates) -> SeatChoice
    ) {
        precondition(quantity > 0, "a wish for no seat")
        self.holdID = holdID
        self.customerID = customerID
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.requestID = requestID
        self.quantity = quantity
        self.wish = wish
        self.knownMap = knownMap
        self.choose = choose
    }
}

extension SeatChoiceItem: HoldAsking {
    var seatIndexes: [SeatIndex] {
        if case .seats(let seats) = choice { seats } else { [] }
    }

    var largestGroup: Int {
        if case .notEnough(let largestGroup) = choice { largestGroup } else { 0 }
    }
}
