/// Whether a performance's next round of batches, one of each kind that is waited for, waits a moment for more items. Pure;
/// the time is an argument.
///
/// What a batch costs by itself (more than half a millisecond of processor time, several where the processors' caches
/// are full of other work) is what a dozen holds cost. Where batches follow each other without a break, each takes only
/// what came during the last one: without a pause the database would spend more on batches than on holds just when there
/// is most to do. So under load rounds keep a distance: what they take of late, and once more what of that the batches
/// cost by themselves, which is nearly all of it for a few items and little for many. Their number stays the same or falls
/// however much comes: those who come meanwhile join. It follows the load: where the distance would bring too few, where
/// enough wait already, and where nobody else comes, no round waits. Within a round none does: who claims seats would wait
/// twice where others' holds lapse.
struct DoorGathering {
    typealias Instant = ContinuousClock.Instant

    /// How often it is asked while a round waits.
    static let step = Duration.milliseconds(1)
    // Steps in which nobody came: so many, and so many items that should have, show that those who wait are all there are.
    private static let idleStepsMax = 2
    private static let missedItemsMax = 2.0

    private let settings: DoorSettings
    private var lastBeganAt: Instant?
    private var itemsPerSecond = 0.0
    // How long a round takes, with its wait for other processes' batches and for the disk, and how many items it has: the
    // newest counts for a quarter.
    private var roundTime = Duration.zero
    private var roundItems = 0.0
    private var waitingBefore = 0
    private var idleSteps = 0

    init(settings: DoorSettings) {
        self.settings = settings
    }

    /// A new round is due: its wait, if any, begins.
    mutating func begin() {
        waitingBefore = 0
        idleSteps = 0
    }

    /// For how long the round waits until it is asked about again, now that so many items wait; nil: it begins.
    mutating func pause(waiting: Int, at now: Instant) -> Duration? {
        let enough = min(settings.gatheredItems, settings.batchItemsMax)
        guard waiting > 0, waiting < enough, let lastBeganAt else { return nil }
        let distance = distance
        let left = distance - (now - lastBeganAt)
        guard left > .zero, itemsPerSecond * (distance / .seconds(1)) >= Double(settings.gatheringItemsMin) else {
            return nil
        }
        idleSteps = waiting > waitingBefore ? 0 : idleSteps + 1
        waitingBefore = waiting
        let missed = Double(idleSteps) * itemsPerSecond * (Self.step / .seconds(1))
        let isAlone = idleSteps >= Self.idleStepsMax && missed >= Self.missedItemsMax
        return isAlone ? nil : min(left, Self.step)
    }

    private var distance: Duration {
        let ownShare = settings.batchCostItems / (settings.batchCostItems + roundItems)
        return min(
            max(roundTime * (1 + ownShare), .milliseconds(settings.batchDistanceMilliseconds)),
            .milliseconds(settings.batchDistanceMillisecondsMax))
    }

    /// A round takes so many items. The load is judged by what the last ones took, the newest most.
    mutating func roundBegan(items: Int, at now: Instant) {
        defer { lastBeganAt = now }
        roundItems += (Double(items) - roundItems) / 4
        guard let lastBeganAt else { return }
        let seconds = max((now - lastBeganAt) / .seconds(1), 0.000_1)
        let newest = Double(items) / seconds
        itemsPerSecond = seconds > 0.1 ? newest : (itemsPerSecond + newest) / 2
    }

    /// The batches of the round that began last are committed, or failed.
    mutating func roundEnded(at now: Instant) {
        guard let lastBeganAt else { return }
        roundTime += (now - lastBeganAt - roundTime) / 4
    }
}
