/// The limits of the seats' door in one process.
public struct DoorSettings: Sendable {
    /// Items in one batch: what a batch costs by itself (1 ms) is little for so many; larger ones make their items wait.
    public var batchItemsMax = 256
    /// Under load a round, a batch of each kind that is waited for, begins no sooner after the one before it: 167 a second.
    public var batchDistanceMilliseconds = 6
    /// What a batch costs by itself is what so many items in it cost.
    public var batchCostItems = 12.0
    /// Where rounds take long the distance grows up to this.
    public var batchDistanceMillisecondsMax = 40
    /// Load is when the distance brings so many items: with fewer there is little to gain, and nobody waits.
    public var gatheringItemsMin = 2
    /// So many items don't wait for more: what a batch costs by itself is little for each of them.
    public var gatheredItems = 96
    /// Items of one kind that wait for one performance; more are refused as overloaded.
    public var queueLengthMax = 4_096
    /// How long a batch may take, its wait for other processes' batches included.
    public var batchMilliseconds = 5_000
    /// How often a batch is tried again after the ledger undid it (a deadlock, a fail-over before the commit).
    public var retriesMax = 2

    public init() {}
}
