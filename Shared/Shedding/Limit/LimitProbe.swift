/// Tries now and then, while a limit is filled, whether half of it would do as well.
///
/// What is usual is learnt from quiet times. Where there were none (a process that began in the middle of a crowd), all
/// its latencies are a crowd's, and nothing but this shows it: half as many in flight, and as many served.
struct LimitProbe {
    private enum State: Equatable {
        /// Not under way; begins after this instant, if the limit is still filled then.
        case resting(until: Int64?)
        /// The limit was halved; what was in flight by then ends in this window.
        case settling(perSecond: Double)
        /// What is served in this window counts.
        case measuring(perSecond: Double)
    }

    private static let firstAfter: Int64 = 2_000_000_000
    private static let interval: Int64 = 10_000_000_000
    /// Served with half of the limit, as a share of what was served with all of it, that shows the half to be enough.
    private static let enough = 0.85

    /// So many probes in a row that show half to be enough show that it was not chance.
    private static let enoughMin = 2

    private var state = State.resting(until: nil)
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
    var isMeasuring: Bool {
        switch state {
        case .resting, .settling: false
        case .measuring: true
        }
    }

    /// A window ended with the limit filled or not; true when the half is enough and is to be the limit from now on.
    mutating func windowEnded(isFilled: Bool, servedPerSecond: Double, canHalveAgain: Bool, at now: Int64) -> Bool {
        switch state {
        case .resting(let until):
            guard isFilled else {
                state = .resting(until: nil)
                // What was of no use to one crowd may be to the next.
                enoughInARow = 0
                return false
            }
            guard let until else {
                state = .resting(until: now + Self.firstAfter)
                return false
            }
            if now >= until, servedPerSecond > 0 { state = .settling(perSecond: servedPerSecond) }
            return false
        case .settling(let perSecond):
            state = .measuring(perSecond: perSecond)
            return false
        case .measuring(let perSecond):
            let isEnough = servedPerSecond >= Self.enough * perSecond
            enoughInARow = isEnough ? enoughInARow + 1 : 0
            state = isEnough && canHalveAgain ? .settling(perSecond: perSecond) : .resting(until: now + Self.interval)
            return isEnough
        }
    }
}
