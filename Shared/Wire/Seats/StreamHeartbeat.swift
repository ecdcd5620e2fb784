public import Ticketing

/// A stream's sign of life.
public struct StreamHeartbeat: Codable, Hashable, Sendable {
    /// The ledger's epoch.
    public var epoch: Int64
    /// Where the map stands.
    public var sequence: Int64
    /// The server's clock.
    public var serverTime: Timestamp

    /// All members.
    public init(epoch: Int64, sequence: Int64, serverTime: Timestamp) {
        self.epoch = epoch
        self.sequence = sequence
        self.serverTime = serverTime
    }
}
