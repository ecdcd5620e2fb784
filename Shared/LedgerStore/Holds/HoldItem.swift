public import Ticketing

/// One customer's wish for named seats, ready for the seats' door.
public struct HoldItem: Sendable, Hashable {
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
    /// The seats, ascending and distinct, at least one.
    public let seatIndexes: [SeatIndex]

    /// Seats may come in any order, but each once.
    public init(
        holdID: HoldID, customerID: CustomerID, idempotencyKey: String, fingerprint: [UInt8], requestID: String,
        seatIndexes: [SeatIndex]
    ) {
        let sorted = seatIndexes.sorted()
        precondition(!sorted.isEmpty, "a hold of no seat")
        precondition(zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }, "a seat twice in one hold")
        self.holdID = holdID
        self.customerID = customerID
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.requestID = requestID
        self.seatIndexes = sorted
    }
}
