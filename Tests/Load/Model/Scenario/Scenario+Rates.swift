extension Scenario {
    /// The rate of each phase, now that it is known how many arrivals a second the services can take.
    public func stretches(capacity: Double) -> [RateStretch] {
        phases.map { phase in
            switch phase.rate {
            case .perSecond(let from, let to): RateStretch(seconds: phase.seconds, from: from, to: to)
            case .timesCapacity(let times):
                RateStretch(seconds: phase.seconds, from: times * capacity, to: times * capacity)
            }
        }
    }

    /// The same people for a moment at one rate: half of it to get going, half of it to be counted.
    public func capacityStep(at rate: Double, _ settings: CapacitySettings) -> Scenario {
        var step = self
        step.phases = ["getting going", "counted"].map {
            ScenarioPhase(name: $0, seconds: settings.stepSeconds / 2, rate: .perSecond(from: rate, to: rate))
        }
        step.tailSeconds = Int(settings.restSeconds.rounded(.up))
        step.expectations = []
        step.blows = []
        step.blowsAtEnd = []
        return step
    }
}
