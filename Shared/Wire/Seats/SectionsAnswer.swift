/// The sections of a chart.
public enum SectionsAnswer: Codable, Hashable, Sendable {
    /// Those that have seats, in the chart's order.
    case sections([SectionSeatsResource])
    /// There is no such performance.
    case unknownPerformance
}
