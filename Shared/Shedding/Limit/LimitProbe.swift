/// Tries now and then, while a limit is filled, whether half of it would do as well.
///
/// What is usual is learnt from quiet times. Where there were none (a process that began in the middle of a crowd), all
/// its latencies are a crowd's, and nothing but this shows it: half as many in flight, and as many served.
struct LimitProbe {
    private enum State: Equatable {
        /// Not under way; begins after this instant, if the limit is still filled then.
        case resting(until: Int64?)
        /// The limit was halved; what was in flight by then ends in this window.
        case settling
        /// What is served in these windows counts.
        case measuring
    }

    private static let firstAfter: Int64 = 2_000_000_000
    private static let interval: Int64 = 10_000_000_000
    /// Served with half of the limit, as a share of what was served with all of it, that shows the half to be enough …
    private static let enough = 0.85
    /// … in so many windows together: one may be quick or slow by chance.
    private static let windowsEnough = 3
    /// With less than this in the windows so far it is clear that the half is not.
    private static let hopeless = 0.7
    /// What the newest window counts for in what is served with the whole limit.
    private static let newest = 0.125

    /// So many probes in a row that show half to be enough show that it was not chance.
    private static let enoughMin = 2

    private var state = State.resting(until: nil)
    /// What is served a second with the whole limit filled, as of late; nil before it was.
    private var wholePerSecond: Double?
    private var measured = (windows: 0, perSecond: 0.0)
    private var enoughInARow = 0

    /// Whether the whole limit serves more than half of it, as far as is known.
    var isMoreOfUse: Bool { enoughInARow < Self.enoughMin }

    /// Whether half of the limit counts now.
    var isUnderWay: Bool {
        switch state {
        case .resting: false
        case .settling, .measuring: true
        }
    }

    /// Whether what is seen now is good for comparing.
    var isMeasuring: Bool { state == .measuring }

    /// A window ended with the limit filled or not; true when the half is enough and is to be the limit from now on.
    mutating func windowEnded(isFilled: Bool, servedPerSecond: Double, canHalveAgain: Bool, at now: Int64) -> Bool {
        switch state {
        case .resting(let until):
            rested(until: until, isFilled: isFilled, servedPerSecond: servedPerSecond, at: now)
            return false
        case .settling:
            state = .measuring
            measured = (0, 0)
            return false
        case .measuring:
            return measured(servedPerSecond, canHalveAgain: canHalveAgain, at: now)
        }
    }

    private mutating func rested(until: Int64?, isFilled: Bool, servedPerSecond: Double, at now: Int64) {
        guard isFilled else {
            state = .resting(until: nil)
            wholePerSecond = nil
            // What was of no use to one crowd may be to the next.
            enoughInARow = 0
            return
        }
        let whole = wholePerSecond ?? servedPerSecond
        wholePerSecond = whole + (servedPerSecond - whole) * Self.newest
        guard let until else {
            state = .resting(until: now + Self.firstAfter)
            return
        }
        if now >= until { state = .settling }
    }

    private mutating func measured(_ servedPerSecond: Double, canHalveAgain: Bool, at now: Int64) -> Bool {
        measured.windows += 1
        measured.perSecond += (servedPerSecond - measured.perSecond) / Double(measured.windows)
        let share = measured.perSecond / max(wholePerSecond ?? 0, 1)
        if share >= Self.hopeless, measured.windows < Self.windowsEnough { return false }
        let isEnough = share >= Self.enough
        enoughInARow = isEnough ? enoughInARow + 1 : 0
        state = isEnough && canHalveAgain ? .settling : .resting(until: now + Self.interval)
        return isEnough
    }
}
