/// All states at a sequence, or those of some seats.
public struct SeatSnapshot: Codable, Hashable, Sendable {
    /// The ledger's epoch.
    public var epoch: Int64
    /// The last change that is in it.
    public var sequence: Int64
    /// How many seats `states` holds.
    public var seatCount: Int
    /// Standard base64 of two bits a seat, the first seat in the lowest two bits of byte 0.
    public var states: String
    /// Which seats `states` holds, ascending; absent when it holds all.
    public var seatRanges: [SeatRange]?

    /// All members.
    public init(epoch: Int64, sequence: Int64, seatCount: Int, states: String, seatRanges: [SeatRange]? = nil) {
        self.epoch = epoch
        self.sequence = sequence
        self.seatCount = seatCount
        self.states = states
        self.seatRanges = seatRanges
    }
}
