public import Ticketing

/// The waiting room of a performance.
public struct WaitingRoomResource: Codable, Hashable, Sendable {
    /// `open` or `closed`.
    public var state: String
    /// When the ranking takes place.
    public var opensAt: Timestamp

    /// All members.
    public init(state: String, opensAt: Timestamp) {
        self.state = state
        self.opensAt = opensAt
    }
}
