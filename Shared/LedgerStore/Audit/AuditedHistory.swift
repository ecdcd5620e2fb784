public import Proof
public import Ticketing

/// A performance whose history is to be replayed: where it begins, and where it has to end.
public struct AuditedHistory: Hashable, Sendable {
    /// Which.
    public let performanceID: PerformanceID
    /// Seats of its map.
    public let seatCount: Int
    /// The last change, as the performance says.
    public let sequence: Int64
    /// The chain's hash behind it.
    public let hash: ProofHash
    /// What was pruned of a canary's: changes up to this one are gone.
    public let prunedSequence: Int64
    /// The chain's hash that the first change follows.
    public let beginning: ProofHash

    /// All members.
    public init(
        performanceID: PerformanceID, seatCount: Int, sequence: Int64, hash: ProofHash, prunedSequence: Int64 = 0,
        beginning: ProofHash? = nil
    ) {
        self.performanceID = performanceID
        self.seatCount = seatCount
        self.sequence = sequence
        self.hash = hash
        self.prunedSequence = prunedSequence
        self.beginning = beginning ?? ChainLink.beginning(of: performanceID)
    }
}
