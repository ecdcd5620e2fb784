public import Ticketing

/// A seat in its row. Places without a position have neither x nor y.
public struct ChartSeatResource: Codable, Hashable, Sendable {
    /// Its position in the chart.
    public var seatIndex: SeatIndex
    /// What a person reads: "Block 12, row C, seat 8".
    public var seatLabel: String
    /// To the right, in widths of a seat.
    public var x: Double?
    /// Down, in widths of a seat.
    public var y: Double?
    /// Its price level.
    public var priceLevelId: String
    /// Made for a wheelchair.
    public var accessible: Bool?
    /// Beside an accessible one, for who comes along.
    public var companion: Bool?
    /// Something stands in the line of sight.
    public var restrictedView: Bool?

    /// All members.
    public init(
        seatIndex: SeatIndex,
        seatLabel: String,
        x: Double? = nil,
        y: Double? = nil,
        priceLevelId: String,
        accessible: Bool? = nil,
        companion: Bool? = nil,
        restrictedView: Bool? = nil
    ) {
        self.seatIndex = seatIndex
        self.seatLabel = seatLabel
        self.x = x
        self.y = y
        self.priceLevelId = priceLevelId
        self.accessible = accessible
        self.companion = companion
        self.restrictedView = restrictedView
    }
}
