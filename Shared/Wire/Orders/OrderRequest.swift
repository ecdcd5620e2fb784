public import Ticketing

/// Makes an order: `POST /v1/orders`.
public struct OrderRequest: Codable, Hashable, Sendable {
    /// Of one performance, paid all or none.
    public var holdIds: [HoldID]

    /// All members.
    public init(holdIds: [HoldID]) {
        self.holdIds = holdIds
    }
}
