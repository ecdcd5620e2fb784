/// What has to come of a scenario, as a number with a bound.
public struct ScenarioExpectation: Sendable, Equatable {
    /// The number.
    public enum What: String, CaseIterable, Sendable {
        /// Goodput of a phase as a share of the best that was seen, in a phase or while the capacity was looked for.
        case goodputOfPeak = "goodput_of_peak"
        /// p99 of a step's accepted requests in a phase, over that of another phase.
        case acceptedP99Ratio = "accepted_p99_ratio"
        /// p99 of a step's accepted requests, in milliseconds.
        case acceptedP99 = "accepted_p99_milliseconds"
        /// p99 of answers that say "come again", in milliseconds.
        case shedP99 = "shed_p99_milliseconds"
        /// p99 of answers by which the rules refuse a step, in milliseconds.
        case refusedP99 = "refused_p99_milliseconds"
        /// Answers that are neither success, nor a refusal of the rules, nor "come again"; and answers that never came.
        case strangeAnswers = "strange_answers"
        /// Of those who wanted a step done and were not refused it by the rules at once, how many had it done in the end:
        /// whoever was put off and refused then, or was still waiting when the run was over, had not.
        case successShare = "success_share"
        /// The second of a phase from which on all of it is as normal as the other phase.
        case recoverySeconds = "recovery_seconds"
        /// Accepted requests of a step.
        case accepted
        /// The same, a second.
        case acceptedPerSecond = "accepted_per_second"
        /// Holds, or payments, that stand in the database afterwards, for each second from the first arrival to the
        /// last accepted answer, and no fewer seconds than all phases have.
        case durablePerSecond = "durable_per_second"
        /// Holds, or payments, that stand in the database afterwards.
        case durable
        /// Of all seats, how many the database calls sold afterwards, and did not before.
        case seatsSoldShare = "seats_sold_share"
        /// Requests of a step that were told to come again.
        case shed
        /// Of the refusals of taken seats, how many offered others.
        case alternativesShare = "alternatives_share"
        /// Best-available wishes that were refused though as many seats were had by somebody who asked later.
        case unjustRefusals = "unjust_refusals"
        /// Best-available wishes that were given another number of seats than they were for.
        case halfGroups = "half_groups"
        /// Of all seats, how many were given to best-available wishes: 1 where they emptied the house.
        case seatsGivenShare = "seats_given_share"
        /// Of those who asked for a place in the queue, how many have one.
        case placesShare = "places_share"
        /// Of rank and arrival of those who came before the opening, without its sign.
        case rankCorrelation = "rank_correlation"
        /// Pairs of those who came after the opening of whom the later one was admitted first.
        case queueInversions = "queue_inversions"
        /// 1 where the published ranking was proved and a wrong one was found, else 0.
        case queueVerified = "queue_verified"
        /// The median of how far estimates were off, as a share of the wait.
        case estimateErrorMedian = "estimate_error_median"
        /// Viewers who have no stream or another map than most at the end, streams that broke, gaps, maps that differed, and
        /// holds that nobody ever saw: lags tell only of what was seen.
        case viewersWrong = "viewers_wrong"
        /// p99 from a hold's answer to a viewer's map, in milliseconds.
        case mapLagP99 = "map_lag_p99_milliseconds"
        /// p99 from a hold's deadline to a viewer's map that shows its seats free, in milliseconds.
        case lapseLagP99 = "lapse_lag_p99_milliseconds"
    }

    /// Which number.
    public var what: What
    /// In which phase; nil for all of them.
    public var phase: String?
    /// The phase that it is compared with.
    public var beside: String?
    /// Of which step; nil for all of them.
    public var step: LoadStep?
    /// The bounds; one of them is there.
    public var atLeast: Double?
    public var atMost: Double?

    /// A number and its bounds.
    public init(
        _ what: What, phase: String? = nil, beside: String? = nil, step: LoadStep? = nil, atLeast: Double? = nil,
        atMost: Double? = nil
    ) {
        self.what = what
        self.phase = phase
        self.beside = beside
        self.step = step
        self.atLeast = atLeast
        self.atMost = atMost
    }

    /// Whether a number is within the bounds.
    public func holds(for number: Double) -> Bool {
        (atLeast.map { number >= $0 } ?? true) && (atMost.map { number <= $0 } ?? true)
    }
}

extension ScenarioExpectation.What {
    /// Members that it can't do without.
    var needs: (phase: Bool, beside: Bool, step: Bool) {
        switch self {
        case .goodputOfPeak: (true, false, false)
        case .acceptedP99Ratio: (true, true, true)
        case .recoverySeconds: (true, true, false)
        case .acceptedP99, .refusedP99, .successShare, .accepted, .acceptedPerSecond, .durablePerSecond, .durable:
            (false, false, true)
        case .shedP99, .strangeAnswers, .seatsSoldShare, .shed, .alternativesShare, .unjustRefusals, .halfGroups,
            .seatsGivenShare, .placesShare, .rankCorrelation, .queueInversions, .queueVerified,
            .estimateErrorMedian, .viewersWrong, .mapLagP99, .lapseLagP99:
            (false, false, false)
        }
    }
}
