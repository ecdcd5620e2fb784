extension LoadReport.Verdict {
    /// What came of an expectation.
    init(_ expectation: ScenarioExpectation, in report: LoadReport) {
        let found = report.number(expectation)
        var text = expectation.what.rawValue.replacing("_", with: " ")
        if let step = expectation.step { text += " of \(step.rawValue)" }
        if let phase = expectation.phase { text += " in \(phase)" }
        if let beside = expectation.beside { text += " beside \(beside)" }
        if let least = expectation.atLeast { text += ", at least \(LoadFigures.short(least))" }
        if let most = expectation.atMost { text += ", at most \(LoadFigures.short(most))" }
        // What could not be measured was not shown.
        self.init(text: text, found: found, holds: found.map(expectation.holds) ?? false)
    }
}

extension LoadReport {
    /// The number that an expectation is about; nil where there is nothing to tell it from.
    func number(_ expectation: ScenarioExpectation) -> Double? {
        let phases = phases.filter { expectation.phase == nil || $0.name == expectation.phase }
        let beside = self.phases.first { $0.name == expectation.beside }
        switch expectation.what {
        case .goodputOfPeak:
            // What the search for the capacity saw is theirs as well.
            let peak = (self.phases.map(\.goodputPerSecond) + [capacity?.goodputPerSecond ?? 0]).max() ?? 0
            guard let phase = phases.first, peak > 0 else { return nil }
            return phase.goodputPerSecond / peak
        case .acceptedP99Ratio:
            guard let mine = phases.first?[expectation.step]?.accepted, mine.count > 0,
                let theirs = beside?[expectation.step]?.accepted, theirs.count > 0, theirs.p99 > 0
            else { return nil }
            return mine.p99 / theirs.p99
        case .recoverySeconds:
            guard let phase = phases.first, let beside else { return nil }
            return recoverySeconds(of: phase, beside: beside)
        case .acceptedP99: return worstP99(steps(phases, expectation.step).map(\.accepted))
        case .shedP99: return worstP99(steps(phases, expectation.step).map(\.shed)) ?? 0
        case .refusedP99: return worstP99(steps(phases, expectation.step).map(\.refused))
        case .strangeAnswers:
            guard expectation.phase == nil, expectation.step == nil else {
                return sum(steps(phases, expectation.step)) { $0.strangeCount + $0.lostCount }
            }
            // What came after the last phase counts as well.
            return Double(columns.strange.values.reduce(0, +) + columns.lost.values.reduce(0, +))
        case .successShare:
            let steps = wholeSteps(expectation)
            let done = sum(steps, \.journeysDone)
            let all = done + sum(steps, \.journeysFailed)
            return all > 0 ? done / all : nil
        case .accepted: return sum(wholeSteps(expectation), \.accepted.count)
        case .acceptedPerSecond:
            let seconds = phases.reduce(0) { $0 + $1.seconds }
            return seconds > 0 ? sum(steps(phases, expectation.step), \.accepted.count) / seconds : nil
        case .durablePerSecond:
            return expectation.step == .hold ? columns.holdsDurablePerSecond : columns.paymentsDurablePerSecond
        case .durable:
            return (expectation.step == .hold ? columns.holdsDurable : columns.paymentsDurable).map { Double($0) }
        case .seatsSoldShare: return columns.seatsSoldShare
        case .shed: return sum(wholeSteps(expectation), \.shed.count)
        case .alternativesShare: return alternativesShare
        case .unjustRefusals: return Double(unjustRefusals)
        case .halfGroups: return Double(halfGroups)
        case .seatsGivenShare: return seatsGivenShare
        case .placesShare: return queue.map { Double($0.placed) / Double($0.entrants) }
        case .rankCorrelation: return queue?.rankCorrelation.map { abs($0) }
        case .queueInversions: return queue.map { Double($0.inversions) }
        case .queueVerified:
            guard let isVerified = queue?.isVerified, let isMoveFound = queue?.isMoveFound else { return nil }
            return isVerified && isMoveFound ? 1 : 0
        case .estimateErrorMedian: return queue?.estimateErrorMedian
        case .viewersWrong: return viewers.map { Double($0.wrong) }
        case .mapLagP99: return viewers.flatMap { $0.holdLag.count > 0 ? $0.holdLag.p99 : nil }
        case .lapseLagP99: return viewers.flatMap { $0.lapseLag.count > 0 ? $0.lapseLag.p99 : nil }
        }
    }

    private func steps(_ phases: [Phase], _ step: LoadStep?) -> [Step] {
        phases.flatMap(\.steps).filter { step == nil || $0.step == step }
    }

    /// The same with what was asked after the last phase, where no phase is named.
    private func wholeSteps(_ expectation: ScenarioExpectation) -> [Step] {
        steps(phases.filter { expectation.phase == nil || $0.name == expectation.phase }, expectation.step)
            + (expectation.phase == nil ? tail.filter { expectation.step == nil || $0.step == expectation.step } : [])
    }

    private func sum(_ steps: [Step], _ count: (Step) -> Int64) -> Double {
        Double(steps.reduce(0) { $0 + count($1) })
    }

    private func worstP99(_ latencies: [Latency]) -> Double? {
        latencies.filter { $0.count > 0 }.map(\.p99).max()
    }

    /// The first second of the phase after which none is worse than the other phase was: at least nine tenths of the
    /// goals of as many arrivals, p99 at most twice what nine in ten of its seconds had.
    private func recoverySeconds(of phase: Phase, beside: Phase) -> Double? {
        let usual = seconds(of: beside).compactMap { timeline[$0].acceptedP99 }.sorted()
        let mine = seconds(of: phase)
        guard beside.arrivalsPerSecond > 0, !usual.isEmpty, !mine.isEmpty else { return nil }
        let slowest = 2 * usual[(usual.count - 1) * 9 / 10]
        let share = beside.goodputPerSecond / beside.arrivalsPerSecond
        var recovered = 0
        for second in mine {
            // One second's count scatters: three of them together are judged.
            let window = timeline[max(mine.lowerBound, second - 2)...second]
            let offered = window.reduce(0) { $0 + $1.offered }
            let goals = Double(window.reduce(0) { $0 + $1.goals })
            let isSlow = (timeline[second].acceptedP99 ?? 0) > slowest
            if goals < 0.9 * share * offered || isSlow { recovered = second - mine.lowerBound + 1 }
        }
        return Double(recovered)
    }

    /// The whole seconds of a phase, by their places.
    private func seconds(of phase: Phase) -> Range<Int> {
        let first = Int(phase.beginsAtSeconds.rounded(.up))
        let last = Int((phase.beginsAtSeconds + phase.seconds).rounded(.down))
        return min(first, timeline.count)..<max(min(first, timeline.count), min(last, timeline.count))
    }
}

extension LoadReport.Columns {
    /// Holds that stand in the database, for each second that they took.
    public var holdsDurablePerSecond: Double? { holdsDurable.map { Double($0) / holdsSeconds } }
    /// The same of payments.
    public var paymentsDurablePerSecond: Double? { paymentsDurable.map { Double($0) / paymentsSeconds } }
    /// Of the performance's seats, how many were sold in this run.
    public var seatsSoldShare: Double? {
        guard let seatsSoldDurable, let seats, seats > 0 else { return nil }
        return Double(seatsSoldDurable) / Double(seats)
    }
}

extension LoadReport.Step {
    /// Answers that nobody should get.
    public var strangeCount: Int64 { strange.values.reduce(0, +) }
    /// Requests without an answer.
    public var lostCount: Int64 { lost.values.reduce(0, +) }
}

extension LoadReport.Phase {
    /// What came of a step; of the first one where none is named.
    subscript(step: LoadStep?) -> LoadReport.Step? {
        steps.first { step == nil || $0.step == step }
    }
}
