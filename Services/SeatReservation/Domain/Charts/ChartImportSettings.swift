/// How a chart is imported, with every limit that a chart has to keep.
struct ChartImportSettings: Sendable {
    /// Mend what can be mended, and report each mending.
    var repairs = false
    /// The chart's name; nil takes the file's own.
    var name: String?
    /// Largest file, in bytes.
    var fileBytesMax = 64 << 20
    /// Largest layout file, in bytes.
    var layoutBytesMax = 1 << 20
    var seatsMax = 100_000
    var sectionsMax = 5_000
    var rowsMax = 50_000
    var categoriesMax = 100
    /// Deepest nesting of brackets in a JSON file.
    var depthMax = 64
    /// Most lines in a CSV file, cells without a seat included.
    var linesMax = 1_000_000
    /// Longest name or label, in characters.
    var labelCharactersMax = 80
    /// Farthest coordinate from the origin, in the file's own unit.
    var coordinateMax = 10_000_000.0
    /// Longest side of the whole chart, in seat widths.
    var sideSeatWidthsMax = 10_000.0
    /// Most points that an outline may have; a richer one is replaced by a hull.
    var outlinePointsMax = 500
    /// Most ids that a problem lists.
    var idsListedMax = 20
}
