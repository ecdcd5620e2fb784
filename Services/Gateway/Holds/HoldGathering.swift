/// Which holds for one performance travel together, and when. Pure; the time is an argument.
///
/// While no call is on its way a hold goes at once. Else it waits until one has returned, or the first of those that wait
/// has done so for a short time; then all of them go as one call. What a call costs by itself is what a dozen holds in it
/// cost.
struct HoldGathering<Hold> {
    private struct Waiting {
        let hold: Hold
        let bytes: Int
        let cameAt: ContinuousClock.Instant
    }

    private let settings: HoldGatheringSettings
    private var waiting: [Waiting] = []
    private var bytesWaiting = 0
    private(set) var callsOnTheirWay = 0
    /// Whether a call has returned since the first of those that wait came: they need not wait for more company.
    private var hasReturned = false

    init(settings: HoldGatheringSettings) {
        self.settings = settings
    }

    /// Whether nothing waits and nothing is on its way.
    var isIdle: Bool { waiting.isEmpty && callsOnTheirWay == 0 }
    /// Those that wait, the first to come first.
    var holdsWaiting: [Hold] { waiting.map(\.hold) }

    /// A hold came; false when there is no room for it.
    mutating func came(_ hold: Hold, bytes: Int, at now: ContinuousClock.Instant) -> Bool {
        guard waiting.count < settings.waitingMax else { return false }
        waiting.append(Waiting(hold: hold, bytes: bytes, cameAt: now))
        bytesWaiting += bytes
        return true
    }

    /// The holds of the call that is to go now; nil when none is. To be asked again until it is nil.
    mutating func nextCall(at now: ContinuousClock.Instant) -> [Hold]? {
        guard callsOnTheirWay < settings.callsMax, let first = waiting.first else { return nil }
        let isFull = waiting.count >= settings.holdsMax || bytesWaiting >= settings.bytesMax
        guard callsOnTheirWay == 0 || hasReturned || isFull || now >= first.cameAt + settings.window else { return nil }
        var count = 0
        var bytes = 0
        for next in waiting.prefix(settings.holdsMax) {
            if count > 0, bytes + next.bytes > settings.bytesMax { break }
            count += 1
            bytes += next.bytes
        }
        let call = waiting.prefix(count).map(\.hold)
        waiting.removeFirst(count)
        bytesWaiting -= bytes
        callsOnTheirWay += 1
        hasReturned = false
        return call
    }

    /// A call has returned, whatever became of it.
    mutating func returned() {
        precondition(callsOnTheirWay > 0, "a call returned that never went")
        callsOnTheirWay -= 1
        hasReturned = !waiting.isEmpty
    }

    /// When those that wait are to go if no call returns before; nil when nobody waits, or when a call has to return first.
    var windowEndsAt: ContinuousClock.Instant? {
        guard callsOnTheirWay < settings.callsMax else { return nil }
        return waiting.first.map { $0.cameAt + settings.window }
    }

    /// Lets go of those that need not go any more.
    mutating func removeAll(where isOver: (Hold) -> Bool) {
        waiting.removeAll { isOver($0.hold) }
        bytesWaiting = waiting.reduce(0) { $0 + $1.bytes }
    }
}
