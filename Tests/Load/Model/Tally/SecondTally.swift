/// One second of a run, by the time at which things happened.
public struct SecondTally: Sendable, Equatable {
    /// Journeys that began.
    public var arrivals: Int64 = 0
    /// Goals that were reached.
    public var goals: Int64 = 0
    /// Answers by their kinds.
    public private(set) var accepted: Int64 = 0
    public private(set) var holds: Int64 = 0
    public private(set) var refused: Int64 = 0
    public private(set) var shed: Int64 = 0
    public private(set) var strange: Int64 = 0
    public private(set) var lost: Int64 = 0
    /// Of accepted requests that are more than a look, and of those that were told to come again.
    public private(set) var acceptedLatency = LatencyHistogram(precisionBits: 4)
    public private(set) var shedLatency = LatencyHistogram(precisionBits: 4)
    /// How late this program was.
    public var lag = LatencyHistogram(precisionBits: 4)
    /// The most requests under way, and people in the queue, at its end.
    public var inFlight = 0
    public var queueing = 0
    /// This program's processor time in it.
    public var processorMicroseconds: Int64 = 0

    /// Nothing yet.
    public init() {}

    /// Counts an answer, or that there is none.
    public mutating func count(_ reply: LoadReply, _ step: LoadStep, microseconds: Int64) {
        switch reply {
        case .accepted:
            accepted += 1
            if step == .hold { holds += 1 }
            if step.changesSomething { acceptedLatency.record(microseconds) }
        case .refused: refused += 1
        case .shed:
            shed += 1
            shedLatency.record(microseconds)
        case .strange: strange += 1
        case .lost: lost += 1
        }
    }

    /// Adds another thread's.
    public mutating func merge(_ other: SecondTally) {
        arrivals += other.arrivals
        goals += other.goals
        accepted += other.accepted
        holds += other.holds
        refused += other.refused
        shed += other.shed
        strange += other.strange
        lost += other.lost
        acceptedLatency.merge(other.acceptedLatency)
        shedLatency.merge(other.shedLatency)
        lag.merge(other.lag)
        inFlight += other.inFlight
        queueing += other.queueing
        processorMicroseconds += other.processorMicroseconds
    }
}
