/// All that came of a run, or of one thread's part of it.
public struct LoadTally: Sendable, Equatable {
    /// One for each phase, and one for what went on after the last.
    public private(set) var phases: [PhaseTally]
    /// From the beginning on.
    public private(set) var seconds: [SecondTally] = []
    /// Who stood in the queue.
    public var queue = QueueBook()
    /// Who wanted the best that was free.
    public var wishes = WishBook()

    /// Seconds that are told one by one; what comes later counts for the last.
    static let secondsMax = 100_000

    /// Nothing yet.
    public init(phases: Int) {
        self.phases = [PhaseTally](repeating: PhaseTally(), count: phases + 1)
    }

    /// A phase's, or the tail's.
    public subscript(phase place: Int) -> PhaseTally {
        get { phases[place] }
        _modify { yield &phases[place] }
    }

    /// The second of an instant, in nanoseconds from the beginning.
    public subscript(secondOf instant: Int64) -> SecondTally {
        get {
            let place = Self.second(of: instant)
            return place < seconds.count ? seconds[place] : SecondTally()
        }
        _modify {
            let place = Self.second(of: instant)
            while seconds.count <= place { seconds.append(SecondTally()) }
            yield &seconds[place]
        }
    }

    /// All phases and the tail together.
    public var whole: PhaseTally {
        phases.reduce(into: PhaseTally()) { $0.merge($1) }
    }

    /// Adds another thread's.
    public mutating func merge(_ other: LoadTally) {
        precondition(phases.count == other.phases.count, "tallies of different scenarios")
        for place in phases.indices { phases[place].merge(other.phases[place]) }
        while seconds.count < other.seconds.count { seconds.append(SecondTally()) }
        for place in other.seconds.indices { seconds[place].merge(other.seconds[place]) }
        queue.merge(other.queue)
        wishes.merge(other.wishes)
    }

    private static func second(of instant: Int64) -> Int {
        Int(min(max(0, instant / 1_000_000_000), Int64(secondsMax - 1)))
    }
}
