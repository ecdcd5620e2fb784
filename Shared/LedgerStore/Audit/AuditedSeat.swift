public import Ticketing

/// A seat as its row says.
public struct AuditedSeat: Hashable, Sendable {
    /// Which.
    public let seatIndex: SeatIndex
    /// What it is.
    public let state: SeatState
    /// By which change it became so; 0 for none.
    public let changedSequence: Int64

    /// All members.
    public init(seatIndex: SeatIndex, state: SeatState, changedSequence: Int64) {
        self.seatIndex = seatIndex
        self.state = state
        self.changedSequence = changedSequence
    }
}
