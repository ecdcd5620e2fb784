import Ticketing

/// What a person reads about an import.
enum ChartReport {
    static func text(of result: ChartImport, file: String) -> String {
        var lines: [String] = []
        switch result.outcome {
        case .imported(let chart, let format):
            lines.append("\(file): \(chart.name) (\(format.rawValue))")
            lines.append(
                "  \(chart.seatCount) seats in \(chart.rowCount) rows of \(chart.sections.count) sections, "
                    + "\(chart.width) × \(chart.height) seat widths")
            lines += levels(of: chart)
        case .refused: lines.append("\(file): refused")
        }
        lines += result.problems.map(line)
        if case .refused = result.outcome, result.problems.contains(where: \.code.isMendable) {
            lines.append("  --repair mends what can be mended, and tells how.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func levels(of chart: SeatingChart) -> [String] {
        let counts = Dictionary(chart.seatPriceLevels.map { ($0, 1) }, uniquingKeysWith: +)
        return chart.priceLevels.enumerated().map { index, level in
            let price = level.defaultPrice.map { ", \($0.amountMinor) \($0.currency) (minor units)" } ?? ""
            return "  price level \(level.priceLevelId): \(level.name), \(counts[index] ?? 0) seats\(price)"
        }
    }

    private static func line(for problem: ChartProblem) -> String {
        var line = "  \(problem.weight.rawValue): \(problem.sentence) [\(problem.code.rawValue)]"
        if !problem.ids.isEmpty {
            let more = problem.idCount > problem.ids.count ? " and \(problem.idCount - problem.ids.count) more" : ""
            line += "\n    " + problem.ids.map { String($0.prefix(120)) }.joined(separator: ", ") + more
        }
        return line
    }
}

extension ChartProblem.Code {
    /// Whether `--repair` may help.
    fileprivate var isMendable: Bool {
        switch self {
        case .blankLabel, .repeatedSeatId, .repeatedSectionName, .repeatedSeatLabel, .repeatedCategory,
            .unknownCategory, .seatsInOnePlace:
            true
        case .fileTooLarge, .unknownFormat, .malformedFile, .malformedLayout, .layoutNotApplicable,
            .layoutZoneUnknown, .layoutZoneMissing, .layoutTooNarrow, .tooDeep, .tooManySeats, .tooManySections,
            .tooManyRows, .tooManyCategories, .noSeats, .labelTooLong, .missingPosition, .coordinateOutOfBounds,
            .chartTooWide, .invalidColor, .ignoredObject:
            false
        }
    }
}
