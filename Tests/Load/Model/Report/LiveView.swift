/// How a run is at a moment.
public struct LiveMoment: Sendable, Equatable {
    /// Since the first arrival.
    public var seconds: Double
    public var phase: String
    public var offeredPerSecond: Double
    /// The second before.
    public var last: SecondTally
    /// People who are somewhere on their way.
    public var journeys: Int
    /// From the beginning on.
    public var goals: Int64
    public var strange: Int64
    public var lost: Int64

    /// All members.
    public init(
        seconds: Double, phase: String, offeredPerSecond: Double, last: SecondTally, journeys: Int, goals: Int64,
        strange: Int64, lost: Int64
    ) {
        self.seconds = seconds
        self.phase = phase
        self.offeredPerSecond = offeredPerSecond
        self.last = last
        self.journeys = journeys
        self.goals = goals
        self.strange = strange
        self.lost = lost
    }
}

/// What is told while a scenario is played.
public struct LiveView: Sendable {
    private let name: String
    private let goal: String
    private let wholeSeconds: Double

    /// A scenario's.
    public init(name: String, goal: String, seconds: Double) {
        self.name = name
        self.goal = goal
        wholeSeconds = seconds
    }

    /// A few lines for a terminal, which are drawn over those before them.
    public func lines(_ moment: LiveMoment) -> [String] {
        let second = moment.last
        return [
            "\(name)  \(LoadFigures.short(moment.seconds)) of \(LoadFigures.short(wholeSeconds)) s  \(moment.phase)",
            "  offered \(LoadFigures.short(moment.offeredPerSecond))/s  came \(second.arrivals)/s  "
                + "\(goal) \(second.goals)/s (\(LoadFigures.whole(moment.goals)) so far)  under way \(moment.journeys)",
            "  accepted \(second.accepted)/s  refused \(second.refused)/s  come again \(second.shed)/s  "
                + "strange \(moment.strange)  lost \(moment.lost)",
            "  p50 \(span(second.acceptedLatency, 0.5))  p99 \(span(second.acceptedLatency, 0.99))  "
                + "in flight \(second.inFlight)  in the queue \(second.queueing)",
            "  this program: \(LoadFigures.short(Double(second.processorMicroseconds) / 1_000_000)) of a processor, "
                + "late by p99 \(span(second.lag, 0.99))",
        ]
    }

    /// The same on one line, for a log.
    public func line(_ moment: LiveMoment) -> String {
        let second = moment.last
        return "\(LoadFigures.short(moment.seconds)) s \(moment.phase): "
            + "offered \(LoadFigures.short(moment.offeredPerSecond))/s, \(goal) \(second.goals)/s, accepted \(second.accepted)/s, refused \(second.refused)/s, "
            + "come again \(second.shed)/s, strange \(moment.strange), lost \(moment.lost), "
            + "p99 \(span(second.acceptedLatency, 0.99)), in flight \(second.inFlight)"
    }

    private func span(_ histogram: LatencyHistogram, _ share: Double) -> String {
        histogram.isEmpty ? "-" : "\(LoadFigures.short(Double(histogram.quantile(share)) / 1_000)) ms"
    }
}
