/// A section's seats: an index is a position in reading order, so they stand side by side.
public struct SectionSeatsResource: Codable, Hashable, Sendable {
    /// The section's id within the chart.
    public var sectionId: String
    /// Its seats.
    public var seats: SeatRange

    /// All members.
    public init(sectionId: String, seats: SeatRange) {
        self.sectionId = sectionId
        self.seats = seats
    }
}
