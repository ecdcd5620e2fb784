public import Ticketing

/// The waiting room of a performance.
public struct WaitingRoomResource: Codable, Hashable, Sendable {
    /// Where it is in its life.
    public var state: WaitingRoomState
    /// When the ranking takes place.
    public var opensAt: Timestamp

    /// All members.
    public init(state: WaitingRoomState, opensAt: Timestamp) {
        self.state = state
        self.opensAt = opensAt
    }
}
