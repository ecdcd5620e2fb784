public import Ticketing

/// A customer's wish for seats of a performance, as the gateway passes it on.
public struct HoldCommand: Codable, Hashable, Sendable {
    /// Whose.
    public var customerId: CustomerID
    /// The customer's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// These seats.
    public var seatIndexes: [SeatIndex]?
    /// The best that are free.
    public var bestAvailable: BestAvailableRequest?
    /// What the waiting room gave the customer, as it came; absent where none was sent.
    public var admissionToken: String?
    /// Finds the customer's request in the logs; absent where it is that of the call.
    public var requestId: String?
    /// So much earlier than the call's deadline this one's customer stops waiting; absent where it is the same.
    ///
    /// Counted back from the call's, so that it stays true however long the call was on its way, or was repeated.
    public var earlierMilliseconds: Int?

    /// All members.
    public init(
        customerId: CustomerID,
        idempotencyKey: String,
        fingerprint: String,
        seatIndexes: [SeatIndex]? = nil,
        bestAvailable: BestAvailableRequest? = nil,
        admissionToken: String? = nil,
        requestId: String? = nil,
        earlierMilliseconds: Int? = nil
    ) {
        self.customerId = customerId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.seatIndexes = seatIndexes
        self.bestAvailable = bestAvailable
        self.admissionToken = admissionToken
        self.requestId = requestId
        self.earlierMilliseconds = earlierMilliseconds
    }
}
