/// Who of a line a gateway has seen lately: one bit for each entry's number.
public struct PresenceReport: Codable, Hashable, Sendable {
    /// The number of the first bit.
    public var first: Int64
    /// The bits in standard base64, the first in the lowest bit of the first byte; those that are left out are 0.
    public var bits: String
    /// Whether the gateway has watched long enough to say of the others that they are away.
    public var isWhole: Bool

    /// All members.
    public init(first: Int64, bits: String, isWhole: Bool) {
        self.first = first
        self.bits = bits
        self.isWhole = isWhole
    }
}
