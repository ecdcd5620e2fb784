/// What came of one phase: of the requests that should have gone out in it, and of the journeys that began in it.
public struct PhaseTally: Sendable, Equatable {
    /// By ``LoadStep/place``.
    public private(set) var steps = [StepTally](repeating: StepTally(), count: LoadStep.count)
    /// Journeys that began.
    public var arrivals: Int64 = 0
    /// Goals that were reached while it lasted, whenever the journey began.
    public var goals: Int64 = 0
    /// How the journeys that began in it ended.
    public private(set) var ends: [Journey.End: Int64] = [:]
    /// How much later than it should this program began what was due, in microseconds.
    public var lag = LatencyHistogram()
    /// Requests for which no connection had room at once.
    public var roomless: Int64 = 0

    /// Nothing yet.
    public init() {}

    /// What came of a step.
    public subscript(step: LoadStep) -> StepTally {
        get { steps[step.place] }
        _modify { yield &steps[step.place] }
    }

    /// Counts the end of a journey that began in it.
    public mutating func end(_ end: Journey.End) { ends[end, default: 0] += 1 }

    /// All steps together.
    public var all: StepTally {
        steps.reduce(into: StepTally()) { $0.merge($1) }
    }

    /// Adds another thread's.
    public mutating func merge(_ other: PhaseTally) {
        for place in steps.indices { steps[place].merge(other.steps[place]) }
        arrivals += other.arrivals
        goals += other.goals
        ends.merge(other.ends, uniquingKeysWith: +)
        lag.merge(other.lag)
        roomless += other.roomless
    }
}
