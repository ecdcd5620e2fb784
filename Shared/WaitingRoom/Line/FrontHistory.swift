public import Ticketing
public import Wire

/// How far a line's front was when: as much of it as still matters to somebody.
///
/// Whoever stands at a position was called by the first step whose front reached it, whichever gateway is asked and
/// however often.
public struct FrontHistory: Hashable, Sendable {
    /// When a position was called.
    public enum Call: Hashable, Sendable {
        case notYet
        case at(Timestamp)
        /// Before all that is kept.
        case longAgo
    }

    /// Ascending; the first may be one that matters no more, behind which the others begin.
    public private(set) var steps: [LineStep] = []

    /// No step yet.
    public init() {}

    /// The last step; nil before the first.
    public var last: LineStep? { steps.last }
    /// The last position that is called.
    public var front: Int64 { steps.last?.front ?? 0 }

    /// Adds steps that follow; those that are known already change nothing.
    public mutating func append(_ more: [LineStep]) {
        for step in more where step.sequence > steps.last?.sequence ?? 0 { steps.append(step) }
    }

    /// The front is no further than this: steps beyond it are none of this line's.
    public mutating func rewind(to front: Int64) {
        while let last, last.front > front { steps.removeLast() }
    }

    /// Drops steps up to an instant, save the last of them.
    public mutating func forget(upTo instant: Timestamp) {
        let old = steps.prefix { $0.steppedAt <= instant }.count
        if old > 1 { steps.removeFirst(old - 1) }
    }

    /// When a position was called.
    public func call(of position: Int64) -> Call {
        guard position <= front else { return .notYet }
        var low = 0
        var high = steps.count - 1
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].front >= position { high = middle } else { low = middle + 1 }
        }
        // What came before the first that is kept is not known; of the very first step it is.
        return low == 0 && steps[0].sequence > 1 ? .longAgo : .at(steps[low].steppedAt)
    }

    /// How many were called after an instant who were there to hear it.
    public func admitted(since instant: Timestamp) -> Int64 {
        guard let last else { return 0 }
        let before = steps.last { $0.steppedAt <= instant }
        // Without a step before it all that is kept came after; what was before the first one kept came earlier still.
        let start = before?.admittedCount ?? (steps[0].sequence > 1 ? steps[0].admittedCount : 0)
        return last.admittedCount - start
    }

    /// The steps after one, or after all that are too old to matter.
    public func steps(after sequence: Int64?) -> [LineStep] {
        guard let sequence else { return steps }
        return Array(steps[steps.partitionIndex { $0.sequence > sequence }...])
    }
}

extension Array {
    /// The first index whose element fulfils a condition that all behind it fulfil as well.
    fileprivate func partitionIndex(where isBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
