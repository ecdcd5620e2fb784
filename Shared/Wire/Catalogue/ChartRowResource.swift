/// A row of seats.
public struct ChartRowResource: Codable, Hashable, Sendable {
    /// Its label.
    public var name: String
    /// By position.
    public var seats: [ChartSeatResource]

    /// All members.
    public init(name: String, seats: [ChartSeatResource]) {
        self.name = name
        self.seats = seats
    }
}
