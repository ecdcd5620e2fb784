public import Ticketing

/// What a performance's customers may give back by themselves.
public struct RefundOfferResource: Codable, Hashable, Sendable {
    /// Until when.
    public var until: Timestamp
    /// Whether the service fee goes back with the price.
    public var includesServiceFee: Bool

    /// All members.
    public init(until: Timestamp, includesServiceFee: Bool) {
        self.until = until
        self.includesServiceFee = includesServiceFee
    }
}
