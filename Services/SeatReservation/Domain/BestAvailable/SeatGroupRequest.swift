/// Which group of seats somebody wants, in a chart's own numbers.
struct SeatGroupRequest: Sendable, Hashable {
    /// How many seats; 1 or more.
    let quantity: Int
    /// Number of the price level, from 0; nil for any.
    var priceLevel: Int?
    /// Number of the section, from 0; nil for any with numbered positions.
    var section: Int?
    /// At least one of the seats is accessible.
    var needsAccessible = false
    /// Where so many are not free side by side, seats apart from each other will do.
    var mayBeSplit = false
}
