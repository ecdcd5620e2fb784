/// The limits of the seats' door in one process.
public struct DoorSettings: Sendable {
    /// Items in one batch: what a batch costs by itself (1 ms) is little for so many; larger ones make their items wait.
    public var batchItemsMax = 256
    /// A batch of so many items came under load: the next one is given a moment to fill, up to `gatheredItems`.
    public var gatheringItemsMin = 8
    /// So many items are enough: what a batch costs by itself is little for each of them.
    public var gatheredItems = 64
    /// The longest that a batch is given to fill.
    public var gatheringMilliseconds = 2
    /// Items of one kind that wait for one performance; more are refused as overloaded.
    public var queueLengthMax = 4_096
    /// How long a batch may take, its wait for other processes' batches included.
    public var batchMilliseconds = 5_000
    /// How often a batch is tried again after the ledger undid it (a deadlock, a fail-over before the commit).
    public var retriesMax = 2

    public init() {}
}
