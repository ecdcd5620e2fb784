import Wire

/// The sections of a performance's chart.
struct SectionDirectory: Sendable {
    private let seats: [String: SeatRange]

    init(_ sections: [SectionSeatsResource]) {
        seats = Dictionary(sections.map { ($0.sectionId, $0.seats) }) { first, _ in first }
    }

    /// The seats of the sections named; nil when one of them is not there.
    func selection(of names: [String]) -> SeatSelection? {
        let found = names.compactMap { seats[$0] }
        return found.count == names.count ? SeatSelection(found) : nil
    }
}
