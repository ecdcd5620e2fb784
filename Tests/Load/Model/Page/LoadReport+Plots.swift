extension LoadReport {
    /// Goals over time beside what was offered, and goals of each phase against what was offered in it.
    var goodputPlots: String {
        let time = overTime(
            "Offered and done, each second", "a second",
            [
                ("offered", { $0.offered }, true), (goal, { Double($0.goals) }, false),
                ("holds", { Double($0.holds) }, false),
            ])
        let phases = phases.filter { $0.offeredPerSecond > 0 }
        guard phases.count > 1 else { return time }
        let ordered = phases.sorted { $0.offeredPerSecond < $1.offeredPerSecond }
        return time
            + LinePlot(
                title: "Goodput against offered load, a point for each phase", xLabel: "arrivals a second",
                yLabel: "\(goal)/s", xKind: .logarithmic,
                lines: [
                    LinePlot.Line(
                        name: "\(goal) a second", points: ordered.map { ($0.offeredPerSecond, $0.goodputPerSecond) })
                ]
            ).html
    }

    /// By share of all requests, and over time.
    var latencyPlots: String {
        let steps = phases.flatMap { phase in phase.steps.map { (phase, $0) } }
        let changing = steps.filter { $0.1.step.changesSomething && $0.1.accepted.count > 0 }
        // Six colours: of many phases those steps that were asked most.
        let shown = changing.sorted { $0.1.accepted.count > $1.1.accepted.count }.prefix(6)
        let shares = LinePlot(
            title: "Accepted requests by percentile, from the instant at which they should have gone out",
            xLabel: "share of the requests", yLabel: "ms", xKind: .nines, yKind: .logarithmic,
            lines: shown.map { phase, step in
                LinePlot.Line(
                    name: "\(step.step.rawValue), \(phase.name)",
                    points: step.accepted.curve.map { ($0.share, max($0.milliseconds, 0.01)) })
            }
        ).html
        let time = overTime(
            "Latency, each second", "ms",
            [
                ("accepted, half of them", \.acceptedP50, false), ("accepted, p99", \.acceptedP99, false),
                ("come again, p99", \.shedP99, false),
            ], yKind: .logarithmic)
        return shares + time
    }

    /// What was answered that is no success, over time.
    var refusalPlot: String {
        overTime(
            "Answers that are no success, each second", "a second",
            [
                ("refused by the rules", { Double($0.refused) }, false), ("come again", { Double($0.shed) }, false),
                ("strange", { Double($0.strange) }, false), ("lost", { Double($0.lost) }, false),
            ])
    }

    /// The waiting room, requests under way, and how late viewers saw what was held.
    var queuePlots: String {
        let people = overTime(
            "Under way, each second", "",
            [
                ("requests in flight", { Double($0.inFlight) }, false),
                ("people in the queue", { Double($0.queueing) }, false),
            ])
        let lag = overTime(
            "From a hold's answer to the viewers' maps, p99 each second", "ms", [("p99", \.mapLagP99, false)])
        return people + lag
    }

    /// How well this program kept its schedule.
    var generatorPlot: String {
        overTime("How late this program was, p99 each second", "ms", [("p99", \.lagP99, false)])
            + overTime(
                "Processor of this program", "of one", [("share of one processor", { $0.processorShare }, false)])
    }

    private func overTime(
        _ title: String, _ yLabel: String, _ lines: [(name: String, value: (Second) -> Double?, isDashed: Bool)],
        yKind: PlotScale.Kind = .linear
    ) -> String {
        LinePlot(
            title: title, xLabel: "seconds", yLabel: yLabel, yKind: yKind,
            lines: lines.map { line in
                LinePlot.Line(
                    name: line.name,
                    points: timeline.enumerated().map { (Double($0), line.value($1)) }, isDashed: line.isDashed)
            },
            stretches: phases.map { ($0.beginsAtSeconds, $0.name) }
        ).html
    }
}
