/// All states at a sequence.
public struct SeatSnapshot: Codable, Hashable, Sendable {
    /// The ledger's epoch.
    public var epoch: Int64
    /// The last change that is in it.
    public var sequence: Int64
    /// How many seats.
    public var seatCount: Int
    /// Standard base64 of two bits a seat, seat 0 in the lowest two bits of byte 0.
    public var states: String

    /// All members.
    public init(epoch: Int64, sequence: Int64, seatCount: Int, states: String) {
        self.epoch = epoch
        self.sequence = sequence
        self.seatCount = seatCount
        self.states = states
    }
}
