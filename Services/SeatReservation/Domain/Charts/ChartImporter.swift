/// Makes a seating chart out of a file's bytes: finds out the format, reads it, inspects and if asked mends it.
struct ChartImporter {
    private static let formatsRead =
        "Read are: pretix seating plans, seats.io charts, the CSV grid, and a CSV of "
        + CSVSeatListImporter.header.joined(separator: ",") + "."

    private let settings: ChartImportSettings

    /// The chart in `bytes`, or every reason why there is none. `layout` bends a CSV grid into a venue. Never traps,
    /// whatever the bytes are.
    static func importChart(
        bytes: [UInt8], layout: [UInt8]? = nil, settings: ChartImportSettings = ChartImportSettings()
    ) -> ChartImport {
        ChartImporter(settings: settings).importChart(bytes: bytes, layout: layout)
    }

    private init(settings: ChartImportSettings) { self.settings = settings }

    private func importChart(bytes: [UInt8], layout: [UInt8]?) -> ChartImport {
        var problems: [ChartProblem] = []
        do {
            let (draft, format, notes) = try draft(bytes: bytes, layout: layout)
            var inspection = ChartInspection(draft, settings: settings)
            inspection.inspect()
            problems = inspection.problems + notes
            guard inspection.isPassed else { return ChartImport(outcome: .refused, problems: problems) }
            let chart = try ChartAssembly(settings: settings).chart(from: inspection.draft)
            return ChartImport(outcome: .imported(chart, format), problems: problems)
        } catch {
            return ChartImport(outcome: .refused, problems: problems + [error])
        }
    }

    private func draft(
        bytes: [UInt8], layout: [UInt8]?
    ) throws(ChartProblem) -> (ChartDraft, ChartFormat, notes: [ChartProblem]) {
        guard bytes.count <= settings.fileBytesMax else {
            throw ChartProblem(.fileTooLarge, "The file is larger than \(settings.fileBytesMax) bytes.")
        }
        let format = try format(of: bytes)
        guard layout == nil || format == .csvGrid else {
            throw ChartProblem(.layoutNotApplicable, "Only a CSV grid takes a layout; this is a \(format.rawValue).")
        }
        switch format {
        case .pretixPlan: return (try PretixImporter(settings: settings).draft(from: bytes), format, [])
        case .seatsioChart:
            let (draft, notes) = try SeatsioImporter.draft(from: bytes, settings: settings)
            return (draft, format, notes)
        case .csvGrid:
            let records = try CSVReader.records(of: bytes, linesMax: settings.linesMax)
            var bending: ChartLayout?
            if let layout { bending = try ChartLayoutReader(settings: settings).layout(from: layout) }
            return (try CSVGridImporter(settings: settings).draft(from: records, layout: bending), format, [])
        case .csvSeatList:
            let records = try CSVReader.records(of: bytes, linesMax: settings.linesMax)
            return (try CSVSeatListImporter(settings: settings).draft(from: records), format, [])
        }
    }

    /// Judged by the content: JSON by its members, CSV by its header.
    private func format(of bytes: [UInt8]) throws(ChartProblem) -> ChartFormat {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        guard let first = bytes.first(where: { !blank.contains($0) }) else {
            throw ChartProblem(.unknownFormat, "The file is empty. \(Self.formatsRead)")
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let members = try JSONChartReader(settings: settings).decode(
                MemberNames.self, from: bytes, convertsSnakeCase: false)
            if members.names.contains("subChart") || members.names.contains("subChartFloors") { return .seatsioChart }
            if members.names.isSuperset(of: ["zones", "categories"]) { return .pretixPlan }
            throw ChartProblem(.unknownFormat, "The file is JSON, but not a seating chart. \(Self.formatsRead)")
        }
        let lineEnd = bytes.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.count
        let header = try CSVReader.records(of: Array(bytes[..<min(lineEnd, 4_096)]), linesMax: 1).first?.fields ?? []
        if header == CSVGridImporter.header { return .csvGrid }
        if header.map({ LabelText.trimmed($0).lowercased() }) == CSVSeatListImporter.header { return .csvSeatList }
        throw ChartProblem(.unknownFormat, "The file is no seating chart. \(Self.formatsRead)")
    }
}
