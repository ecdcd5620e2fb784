/// What waits for consumers of one means, and what was given up.
public struct DeliveryLoad: Hashable, Sendable {
    /// Deliveries that are not finished.
    public let waiting: Int64
    /// Age of the oldest of them, in milliseconds.
    public let oldestMilliseconds: Int64
    /// Dead letters.
    public let dead: Int64
}
