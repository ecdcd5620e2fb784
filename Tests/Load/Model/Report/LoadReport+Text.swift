extension LoadReport {
    /// The report as a table for a terminal.
    public var text: String {
        var lines = ["\(scenario): \(says)"]
        if let capacity {
            lines.append(
                "capacity: \(LoadFigures.short(capacity.goodputPerSecond)) \(goal) a second, of "
                    + "\(LoadFigures.short(capacity.arrivalsPerSecond)) arrivals a second")
        }
        lines += ["", Self.row(Self.phaseHeader, names: 1)]
        lines += phases.map { Self.row($0.cells, names: 1) }
        lines += ["", Self.row(Self.stepHeader, names: 2)]
        for phase in phases {
            lines += phase.steps.map { Self.row([phase.name, $0.step.rawValue] + $0.cells, names: 2) }
        }
        lines += [""] + columnLines + (queue.map { [$0.text] } ?? []) + (viewers.map { [$0.text] } ?? [])
        lines.append("")
        lines += verdicts.map {
            "  \($0.holds ? "holds " : "FAILS ") \($0.text): \($0.found.map { LoadFigures.short($0) } ?? "not measured")"
        }
        if let audit {
            lines.append(
                "  \(audit.exitCode == 0 ? "holds " : "FAILS ") audit: exit code \(audit.exitCode), "
                    + "seats sold twice: \(audit.soldTwice)")
            lines += audit.findings.map { "          \($0)" }
        } else {
            lines.append("  not audited: whether seats were sold twice is not known")
        }
        lines.append(
            "generator: \(LoadFigures.short(generator.processorShare)) of a processor, late by "
                + "p99 \(LoadFigures.short(generator.lagP99)) ms, at most \(LoadFigures.short(generator.lagMax)) ms")
        lines += generator.faults.map { "INVALID: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var columnLines: [String] {
        func sum(_ counts: [String: Int64]) -> String {
            let total = LoadFigures.whole(counts.values.reduce(0, +))
            guard !counts.isEmpty else { return total }
            let kinds = counts.sorted { $0.value > $1.value }.map { "\($0.key) \(LoadFigures.whole($0.value))" }
            return "\(total) (\(kinds.joined(separator: ", ")))"
        }
        func durable(_ count: Int64?, _ name: String, _ rate: Double?, _ seconds: Double) -> String {
            guard let count, let rate else { return "\(name) not counted" }
            return "\(LoadFigures.whole(count)) \(name) (\(LoadFigures.short(rate)) a second over "
                + "\(LoadFigures.short(seconds)) s)"
        }
        return [
            "accepted  \(LoadFigures.whole(columns.accepted)) of \(LoadFigures.whole(columns.asked)) requests, "
                + "\(LoadFigures.whole(columns.holdsAccepted)) holds among them",
            "durable   "
                + durable(columns.holdsDurable, "holds", columns.holdsDurablePerSecond, columns.holdsSeconds) + ", "
                + durable(
                    columns.paymentsDurable, "payments", columns.paymentsDurablePerSecond, columns.paymentsSeconds)
                + (columns.seatsSoldDurable.map { ", \(LoadFigures.whole($0)) seats sold" } ?? "")
                + ", counted in PostgreSQL; seconds from the first arrival to the last accepted answer",
            "paid      \(LoadFigures.whole(columns.paid))",
            "refused   \(sum(columns.refused))", "come again  \(sum(columns.shed))",
            "strange   \(sum(columns.strange))", "lost      \(sum(columns.lost))",
        ]
    }

    private static let phaseHeader = [
        "phase", "seconds", "offered/s", "arrived/s", "goodput/s", "accepted/s", "refused/s", "again/s", "strange",
        "lost",
    ]

    private static let stepHeader = [
        "phase", "step", "accepted", "p50 ms", "p99 ms", "p99.9 ms", "refused", "p99 ms", "again", "p99 ms",
    ]

    /// Names to the left, numbers to the right.
    private static func row(_ cells: [String], names: Int) -> String {
        cells.enumerated().reduce(into: " ") { text, cell in
            let width = cell.offset < names ? 14 : 11
            let gap = String(repeating: " ", count: max(1, width - cell.element.count))
            text += cell.offset < names ? " " + cell.element + gap : gap + cell.element
        }
    }
}

extension LoadReport.Phase {
    fileprivate var cells: [String] {
        func rate(_ count: (LoadReport.Step) -> Int64) -> String {
            LoadFigures.short(Double(steps.reduce(0) { $0 + count($1) }) / seconds)
        }
        return [
            name, LoadFigures.short(seconds), LoadFigures.short(offeredPerSecond), LoadFigures.short(arrivalsPerSecond),
            LoadFigures.short(goodputPerSecond), rate(\.accepted.count), rate(\.refused.count), rate(\.shed.count),
            LoadFigures.whole(steps.reduce(0) { $0 + $1.strangeCount }),
            LoadFigures.whole(steps.reduce(0) { $0 + $1.lostCount }),
        ]
    }
}

extension LoadReport.Step {
    fileprivate var cells: [String] {
        func p99(_ latency: LoadReport.Latency) -> String { latency.count > 0 ? LoadFigures.short(latency.p99) : "-" }
        return [
            LoadFigures.whole(accepted.count), accepted.count > 0 ? LoadFigures.short(accepted.p50) : "-",
            p99(accepted), accepted.count > 0 ? LoadFigures.short(accepted.p999) : "-",
            LoadFigures.whole(refused.count), p99(refused), LoadFigures.whole(shed.count), p99(shed),
        ]
    }
}

extension LoadReport.Audit {
    /// How many seats were sold twice, in words where nobody knows.
    var soldTwice: String { seatsSoldTwice.map { "\($0)" } ?? "not known" }
}

extension LoadReport.Queue {
    fileprivate var text: String {
        "queue     \(placed) of \(entrants) had a place, \(admitted) their turn after "
            + "\(LoadFigures.short(waitMedianSeconds)) s (median); rank and arrival correlate by \(LoadFigures.short(rankCorrelation)), \(inversions) overtook, "
            + "estimates off by \(LoadFigures.short(estimateErrorMedian)) (median)"
    }
}

extension LoadReport.Viewers {
    fileprivate var text: String {
        "viewers   \(open) of \(count), \(LoadFigures.whole(Int64(deliveries))) deliveries; seen after a hold's answer p99 "
            + "\(LoadFigures.short(holdLag.p99)) ms, after a hold's deadline p99 \(LoadFigures.short(lapseLag.p99)) ms; "
            + "\(broken) streams broke, \(gaps) gaps, \(forks) maps differed, "
            + "\(different) viewers' at the end; \(unseen) holds were never seen"
    }
}
