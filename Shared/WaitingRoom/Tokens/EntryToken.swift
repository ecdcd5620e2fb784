public import Ticketing

/// What proves a place in the line to any gateway, without a look-up.
public struct EntryToken: Hashable, Sendable {
    /// How long one is good, in seconds; who comes later is looked up once and given another.
    public static let secondsMax: Int64 = 30 * 86_400

    /// The place.
    public let entryID: EntryID
    /// Of which performance.
    public let performanceID: PerformanceID
    /// Whose.
    public let customerID: CustomerID
    /// Which of the performance's entries it is.
    public let number: Int64
    /// When the token was made.
    public let issuedAt: Timestamp

    /// All members.
    public init(
        entryID: EntryID, performanceID: PerformanceID, customerID: CustomerID, number: Int64, issuedAt: Timestamp
    ) {
        self.entryID = entryID
        self.performanceID = performanceID
        self.customerID = customerID
        self.number = number
        self.issuedAt = issuedAt
    }

    /// When it is no longer good.
    public var expiresAt: Timestamp { issuedAt.advanced(bySeconds: Self.secondsMax) }
}
