/// Which group of seats somebody wants, in a chart's own numbers.
struct SeatGroupRequest: Sendable, Equatable {
    /// How many seats, side by side; 1 or more.
    let quantity: Int
    /// Number of the price level, from 0; nil for any.
    var priceLevel: Int?
    /// Number of the section, from 0; nil for any with numbered positions.
    var section: Int?
    /// At least one of the seats is accessible.
    var needsAccessible = false
}
