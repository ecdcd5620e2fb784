import LoadModel
import RivalTable

/// What a report adds to the table of rivals.
enum RivalRows {
    static func rows(of report: LoadReport, for scenario: Scenario) -> [RivalRow] {
        let isSound = report.generator.isValid ? nil : "The load tool could not keep its schedule: not to be believed."
        // How soon is soon enough depends on how much goes on beside it: the scenario says.
        func goal(_ what: ScenarioExpectation.What, or usual: Double) -> Double {
            scenario.expectations.first { $0.what == what }?.atMost ?? usual
        }
        func note(_ text: String) -> String { [text, isSound].compactMap(\.self).joined(separator: " ") }
        func counting(_ seconds: Double) -> String {
            "Counted in PostgreSQL, over \(LoadFigures.short(seconds)) s from the first arrival to the last accepted "
                + "answer; load generator on the same machine."
        }
        return scenario.measures.compactMap { measure in
            switch measure {
            case .holds:
                guard let rate = report.columns.holdsDurablePerSecond else { return nil }
                return RivalRow(
                    measure: "committed holds a second through HTTP, one performance", unit: "holds/s", better: .more,
                    ours: rate, rival: "the goal; published elsewhere: 1,504 on 12 cores",
                    goal: 10_000, note: note(counting(report.columns.holdsSeconds)))
            case .orders:
                guard let rate = report.columns.paymentsDurablePerSecond else { return nil }
                return RivalRow(
                    measure: "paid orders a second, from hold to ticket, one performance", unit: "orders/s",
                    better: .more, ours: rate, rival: "the goal; published elsewhere: 84",
                    goal: 1_000, note: note(counting(report.columns.paymentsSeconds)))
            case .losers:
                let losers = report.phases.flatMap(\.steps).filter { $0.step == .hold && $0.refused.count > 0 }
                guard let slowest = losers.map(\.refused.p99).max() else { return nil }
                let shed = losers.reduce(0) { $0 + $1.shed.count }
                return RivalRow(
                    measure: "a loser's answer, everybody wants one seat", unit: "ms p99", better: .less,
                    ours: slowest, rival: "the goal; published elsewhere: p95 627 ms, or 1,053 ms and 86 % refused",
                    goal: 100, note: note("\(shed) were told to come again, none should be."))
            case .bestAvailable:
                return RivalRow(
                    measure: "best available refused while seats were free", unit: "wishes", better: .less,
                    ours: Double(report.unjustRefusals), rival: "the goal; seen elsewhere: 84 %", goal: 0,
                    note: isSound)
            case .visible:
                guard let viewers = report.viewers, viewers.holdLag.count > 0 else { return nil }
                return RivalRow(
                    measure: "a hold visible to \(viewers.count) viewers, after its answer (\(report.scenario))",
                    unit: "ms p99", better: .less, ours: viewers.holdLag.p99,
                    rival: "the goal; elsewhere by polling: 2,000", goal: goal(.mapLagP99, or: 100), note: isSound)
            case .lapses:
                guard let viewers = report.viewers, viewers.lapseLag.count > 0 else { return nil }
                return RivalRow(
                    measure:
                        "a lapse visible to \(viewers.count) viewers, after the deadline (\(report.scenario))",
                    unit: "ms p99", better: .less, ours: viewers.lapseLag.p99,
                    rival: "the goal; elsewhere: minutes to hours", goal: goal(.lapseLagP99, or: 1_000), note: isSound)
            }
        }
    }
}
