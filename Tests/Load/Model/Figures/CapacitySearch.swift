/// Finds out how many can be served: rates that grow step by step until more arrivals bring no more goals.
public struct CapacitySearch: Sendable {
    /// What came of one rate.
    public struct Step: Codable, Sendable, Equatable {
        /// Arrivals a second that were wanted, and those that there were: chance makes some more of them, or fewer.
        public let ratePerSecond: Double
        public let arrivalsPerSecond: Double
        /// Goals a second.
        public let goodputPerSecond: Double
    }

    /// What was found.
    public struct Capacity: Codable, Sendable, Equatable {
        /// Arrivals a second of which as many reach their goal as can at all.
        public let arrivalsPerSecond: Double
        /// Goals a second at most.
        public let goodputPerSecond: Double
        /// How it was found.
        public let steps: [Step]
    }

    /// A step that brings less than this more than the best one before brings nothing.
    private static let worthwhile = 1.05
    /// So many of them in a row end the search.
    private static let vainStepsMax = 2

    private let settings: CapacitySettings
    private var steps: [Step] = []
    private var best = 0.0
    private var vainSteps = 0

    /// The search as it begins.
    public init(_ settings: CapacitySettings) {
        self.settings = settings
    }

    /// The rate to be tried now, in arrivals a second; nil when it is known enough.
    public var nextRate: Double? {
        guard let last = steps.last else { return settings.fromPerSecond }
        let next = last.ratePerSecond * settings.growth
        return vainSteps >= Self.vainStepsMax || next > settings.mostPerSecond ? nil : next
    }

    /// Takes what came of the rate that was tried.
    /// - Parameter arrivalsPerSecond: how many there were; as many as were wanted, where it is left out.
    public mutating func measured(goalsPerSecond: Double, arrivalsPerSecond: Double? = nil) {
        guard let rate = nextRate else { preconditionFailure("nothing was to be measured") }
        steps.append(
            Step(
                ratePerSecond: rate, arrivalsPerSecond: arrivalsPerSecond ?? rate, goodputPerSecond: goalsPerSecond))
        vainSteps = goalsPerSecond > best * Self.worthwhile ? 0 : vainSteps + 1
        best = max(best, goalsPerSecond)
    }

    /// What was found; nil where the first step, which has to be an easy one, brought nothing.
    public var capacity: Capacity? {
        guard let first = steps.first, first.goodputPerSecond > 0, first.arrivalsPerSecond > 0 else { return nil }
        // Some never want to reach the goal: that share is the first step's.
        let share = min(1, first.goodputPerSecond / first.arrivalsPerSecond)
        return Capacity(arrivalsPerSecond: best / share, goodputPerSecond: best, steps: steps)
    }
}
