public import Ticketing

/// A customer's wish for seats, as the gateway passes it on.
public struct HoldCommand: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
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

    /// All members.
    public init(
        performanceId: PerformanceID,
        customerId: CustomerID,
        idempotencyKey: String,
        fingerprint: String,
        seatIndexes: [SeatIndex]? = nil,
        bestAvailable: BestAvailableRequest? = nil,
        admissionToken: String? = nil
    ) {
        self.performanceId = performanceId
        self.customerId = customerId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.seatIndexes = seatIndexes
        self.bestAvailable = bestAvailable
        self.admissionToken = admissionToken
    }
}
