/// Whether a performance's next batch waits a moment for more items. Pure; it is asked once a millisecond.
///
/// What a batch costs the database by itself (half a millisecond of processor time) is what twelve holds cost. Where
/// batches follow each other without a break, each takes only what came during the last one: without a pause the
/// database would spend more on batches than on holds just when there is most to do. So a batch that follows a large
/// one waits as long as more items come; at little load, and where so many wait that more would not help, none does.
struct DoorGathering {
    private let settings: DoorSettings
    private var lastItems = 0
    private var waitingBefore = 0
    private var millisecondsLeft = 0

    init(settings: DoorSettings) {
        self.settings = settings
    }

    /// So many items of all kinds wait for the next batch.
    mutating func begin(waiting: Int) {
        millisecondsLeft = lastItems >= settings.gatheringItemsMin && waiting > 0 ? settings.gatheringMilliseconds : 0
        waitingBefore = 0
    }

    /// Whether the batch waits another millisecond, now that so many items wait.
    mutating func goesOn(waiting: Int) -> Bool {
        let enough = min(settings.gatheredItems, settings.batchItemsMax)
        guard millisecondsLeft > 0, waiting < enough, waiting > waitingBefore else { return false }
        millisecondsLeft -= 1
        waitingBefore = waiting
        return true
    }

    /// A batch took so many items.
    mutating func batchBegan(items: Int) {
        lastItems = items
    }
}
