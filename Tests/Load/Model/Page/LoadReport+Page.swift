import Foundation

extension LoadReport {
    /// The report as a page that needs nothing from elsewhere.
    public var page: String {
        let sections = [
            heading, verdictSection, section("Goodput", goodputPlots), section("Latency", latencyPlots),
            section("Refusals", refusalSection), section("Queue and map", queuePlots),
            section("Phases", HTMLText.table(phaseRows)), section("Steps", HTMLText.table(stepRows, names: 2)),
            section("This program", generatorSection),
        ]
        return HTMLText.page(title: "\(scenario) · rush", body: sections.joined())
    }

    private func section(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "<h2>\(title)</h2>\n\(content)"
    }

    private var heading: String {
        var lines = [
            "<h1>\(HTMLText.escaped(scenario))</h1>", "<p>\(HTMLText.escaped(says))</p>",
            "<p class=\"soft\">\(HTMLText.escaped(startedAt)), \(LoadFigures.short(seconds)) s, "
                + "\(processors) processors shared with everything that it asked</p>",
        ]
        if !generator.isValid {
            lines.append(
                "<div class=\"banner\"><b class=\"bad\">These figures count for nothing.</b> "
                    + generator.faults.map(HTMLText.escaped).joined(separator: " ") + "</div>")
        }
        if let capacity {
            lines.append(
                "<p>Capacity: \(LoadFigures.short(capacity.goodputPerSecond)) \(goal) a second, of "
                    + "\(LoadFigures.short(capacity.arrivalsPerSecond)) arrivals a second.</p>")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdictSection: String {
        func word(_ holds: Bool) -> String {
            holds ? "<span class=\"good\">holds</span>" : "<span class=\"bad\">fails</span>"
        }
        var rows = verdicts.map { verdict in
            "<tr><td>\(word(verdict.holds))</td><td>\(HTMLText.escaped(verdict.text))</td>"
                + "<td class=\"number\">\(verdict.found.map { LoadFigures.short($0) } ?? "not measured")</td></tr>"
        }
        if let audit {
            let findings = audit.findings.isEmpty ? "" : ": " + audit.findings.joined(separator: "; ")
            rows.append(
                "<tr><td>\(word(audit.exitCode == 0))</td><td>audit\(HTMLText.escaped(findings)); seats sold twice</td>"
                    + "<td class=\"number\">\(audit.soldTwice)</td></tr>")
        } else {
            rows.append("<tr><td></td><td>not audited; seats sold twice</td><td class=\"number\">not known</td></tr>")
        }
        let verdicts = rows.isEmpty ? "" : "<div class=\"wide\"><table>\(rows.joined())</table></div>\n"
        return section("What came of it", HTMLText.table(columnRows) + verdicts)
    }

    private var columnRows: [[String]] {
        func sum(_ counts: [String: Int64]) -> String { LoadFigures.whole(counts.values.reduce(0, +)) }
        func counted(_ count: Int64?) -> String { count.map { LoadFigures.whole($0) } ?? "not counted" }
        return [
            [
                "", "requests", "accepted", "durable", "durable/s", "from the first arrival to the last answer, s",
                "refused", "come again", "strange", "lost",
            ],
            [
                "all", LoadFigures.whole(columns.asked), LoadFigures.whole(columns.accepted), "", "", "",
                sum(columns.refused), sum(columns.shed), sum(columns.strange), sum(columns.lost),
            ],
            [
                "holds", "", LoadFigures.whole(columns.holdsAccepted), counted(columns.holdsDurable),
                LoadFigures.short(columns.holdsDurablePerSecond), LoadFigures.short(columns.holdsSeconds), "", "", "",
                "",
            ],
            [
                "paid", "", LoadFigures.whole(columns.paid), counted(columns.paymentsDurable),
                LoadFigures.short(columns.paymentsDurablePerSecond), LoadFigures.short(columns.paymentsSeconds), "", "",
                "", "",
            ],
        ]
    }

    private var refusalSection: String {
        let kinds =
            columns.refused.map { ("refused by the rules", $0.key, $0.value) }
            + columns.shed.map { ("come again", $0.key, $0.value) }
            + columns.strange.map { ("strange", $0.key, $0.value) } + columns.lost.map { ("lost", $0.key, $0.value) }
        guard !kinds.isEmpty else { return "<p>Nobody was refused.</p>\n" }
        let rows = kinds.sorted { $0.2 > $1.2 }.map { [$0.0, $0.1, LoadFigures.whole($0.2)] }
        return refusalPlot + HTMLText.table([["kind", "code", "answers"]] + rows, names: 2)
    }

    private var generatorSection: String {
        let row = [
            "\(generator.threads)", "\(generator.connections)", LoadFigures.short(generator.processorShare),
            LoadFigures.short(generator.lagP50), LoadFigures.short(generator.lagP99),
            LoadFigures.short(generator.lagMax),
        ]
        return generatorPlot
            + HTMLText.table(
                [["threads", "connections", "processor", "late p50 ms", "late p99 ms", "late at most ms"], row],
                names: 0)
    }

    private var phaseRows: [[String]] {
        [["phase", "seconds", "offered/s", "arrived/s", "goodput/s", "late p99 ms", "no room"]]
            + phases.map { phase in
                [
                    phase.name, LoadFigures.short(phase.seconds), LoadFigures.short(phase.offeredPerSecond),
                    LoadFigures.short(phase.arrivalsPerSecond), LoadFigures.short(phase.goodputPerSecond),
                    LoadFigures.short(phase.lagP99), LoadFigures.whole(phase.roomless),
                ]
            }
    }

    private var stepRows: [[String]] {
        func spans(_ latency: Latency) -> [String] {
            latency.count > 0 ? [latency.p50, latency.p99].map { LoadFigures.short($0) } : ["-", "-"]
        }
        return [
            [
                "phase", "step", "asked", "accepted", "p50 ms", "p99 ms", "refused", "p50 ms", "p99 ms", "come again",
                "p50 ms", "p99 ms", "strange", "lost",
            ]
        ]
            + phases.flatMap { phase in
                phase.steps.map { step in
                    [
                        phase.name, step.step.rawValue, LoadFigures.whole(step.asked),
                        LoadFigures.whole(step.accepted.count),
                    ]
                        + spans(step.accepted) + [LoadFigures.whole(step.refused.count)] + spans(step.refused)
                        + [LoadFigures.whole(step.shed.count)] + spans(step.shed)
                        + [LoadFigures.whole(step.strangeCount), LoadFigures.whole(step.lostCount)]
                }
            }
    }
}
