/// A point in the life of a performance's map.
public struct SeatsPosition: Codable, Hashable, Sendable {
    /// Raised by a restore of the ledger; sequences of two epochs can't be compared.
    public var epoch: Int64
    /// Counts the changes of the map.
    public var sequence: Int64

    /// All members.
    public init(epoch: Int64, sequence: Int64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Whether it was passed on the way to another position. Epochs only rise.
    public func isBefore(_ other: SeatsPosition) -> Bool {
        (epoch, sequence) < (other.epoch, other.sequence)
    }
}
