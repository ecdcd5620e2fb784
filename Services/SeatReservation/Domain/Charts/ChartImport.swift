/// How an import ended.
struct ChartImport: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        /// The chart, and which format it was read from.
        case imported(SeatingChart, ChartFormat)
        /// The file is ambiguous or broken: `problems` says where.
        case refused
    }

    let outcome: Outcome
    /// What refused the chart, what was mended, and what is only to be told; in the order in which it was found.
    let problems: [ChartProblem]

    /// The chart, if there is one.
    var chart: SeatingChart? {
        if case .imported(let chart, _) = outcome { chart } else { nil }
    }
}
