/// A block of rows.
public struct ChartSectionResource: Codable, Hashable, Sendable {
    /// Its id within the chart.
    public var sectionId: String
    /// Its label.
    public var name: String
    /// The floor or tier that it is on.
    public var floor: String?
    /// Corners as [x, y], clockwise or not.
    public var outline: [[Double]]?
    /// From the front.
    public var rows: [ChartRowResource]

    /// All members.
    public init(
        sectionId: String, name: String, floor: String? = nil, outline: [[Double]]? = nil, rows: [ChartRowResource]
    ) {
        self.sectionId = sectionId
        self.name = name
        self.floor = floor
        self.outline = outline
        self.rows = rows
    }
}
