public import Ticketing

/// A chart to be kept, for ever as it is.
public struct NewChart: Sendable {
    /// What is read from the chart for each seat, in index order.
    public struct Seat: Sendable, Hashable {
        /// The level's position among the document's price levels.
        public var priceLevel: Int16
        public var label: String

        public init(priceLevel: Int16, label: String) {
            self.priceLevel = priceLevel
            self.label = label
        }
    }

    public var chartID: SeatingChartID
    public var name: String
    /// What the API serves, byte for byte.
    public var document: [UInt8]
    public var seats: [Seat]

    public init(chartID: SeatingChartID, name: String, document: [UInt8], seats: [Seat]) {
        self.chartID = chartID
        self.name = name
        self.document = document
        self.seats = seats
    }
}
