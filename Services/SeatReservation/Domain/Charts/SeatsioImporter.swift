import Foundation

/// Reads a seats.io chart. Objects that stand in no section go to one named after their floor; a table is one row;
/// a general-admission area of capacity N becomes a section of N numbered places without a position.
struct SeatsioImporter {
    /// The name of the section of objects that stand in none.
    static let looseSectionName = "Main"

    /// A category that objects inherit: a seat from its row, a row from its section.
    private struct Inherited {
        var categoryKey: String?
        var floor: String?
        var origin = ChartPoint.zero
    }

    private let settings: ChartImportSettings
    private let chart: SeatsioChart
    private let accessibleKeys: Set<String>
    private let keysByLabel: [String: String]
    private let zoneNames: [String: String]
    private var draft: ChartDraft
    private var ignoredBooths: [String] = []
    private var placeCount = 0

    /// The draft, and notes about what was left out.
    static func draft(
        from bytes: [UInt8], settings: ChartImportSettings
    ) throws(ChartProblem) -> (draft: ChartDraft, notes: [ChartProblem]) {
        let chart = try JSONChartReader(settings: settings).decode(
            SeatsioChart.self, from: bytes, convertsSnakeCase: false)
        var importer = SeatsioImporter(chart, settings: settings)
        try importer.readChart()
        guard !importer.ignoredBooths.isEmpty else { return (importer.draft, []) }
        let note = ChartProblem(
            .ignoredObject, .note, ids: importer.ignoredBooths, listedMax: settings.idsListedMax,
            "Booths are not seats and were left out.")
        return (importer.draft, [note])
    }

    private init(_ chart: SeatsioChart, settings: ChartImportSettings) {
        self.settings = settings
        self.chart = chart
        let categories = chart.categories.list
        accessibleKeys = Set(categories.filter { $0.accessible == true }.map(\.key.text))
        keysByLabel = Dictionary(categories.map { ($0.label ?? "", $0.key.text) }) { first, _ in first }
        let zones = (chart.zones?.list ?? []).map { ($0.key?.text ?? "", $0.label ?? "") }
        zoneNames = Dictionary(zones) { first, _ in first }
        draft = ChartDraft(name: settings.name ?? chart.name ?? "")
        draft.categories = categories.map {
            ChartDraft.Category(key: $0.key.text, name: $0.label ?? "", color: $0.color)
        }
    }

    private mutating func readChart() throws(ChartProblem) {
        let planes = (chart.subChart.map { [$0] } ?? []) + (chart.subChartFloors ?? [])
        for plane in planes {
            draft.focalPoint = draft.focalPoint ?? plane.focalPoint
            var inherited = Inherited()
            inherited.floor = plane.floorDisplayName ?? plane.floorName
            try read(plane, named: nil, outline: [], inherited: inherited)
        }
    }

    /// Reads a plane's objects into sections; `name` is that of the section whose plane it is.
    private mutating func read(
        _ plane: SeatsioChart.SubChart, named name: String?, outline: [ChartPoint], inherited: Inherited
    ) throws(ChartProblem) {
        var groups: [(name: String, rows: [ChartDraft.Row])] = []
        var groupIndexes: [String: Int] = [:]
        func add(_ row: ChartDraft.Row, to name: String) {
            guard !row.seats.isEmpty else { return }
            if let index = groupIndexes[name] {
                groups[index].rows.append(row)
            } else {
                groupIndexes[name] = groups.count
                groups.append((name, [row]))
            }
        }
        let looseName = name ?? inherited.floor ?? Self.looseSectionName
        for source in plane.rows ?? [] {
            let row = row(source, kind: .row, inherited: inherited)
            add(row, to: name ?? source.sectionLabel?.text ?? looseName)
        }
        for source in plane.tables ?? [] { add(row(source, kind: .table, inherited: inherited), to: looseName) }
        draft.sections += groups.map {
            ChartDraft.Section(name: $0.name, floor: inherited.floor, outline: outline, rows: $0.rows)
        }
        for area in plane.generalAdmissionAreas ?? [] { try read(area, in: name, inherited: inherited) }
        ignoredBooths += (plane.booths ?? []).map { $0.label?.text ?? "booth" }
        for section in plane.sections ?? [] { try read(section, inherited: inherited) }
    }

    private mutating func read(_ section: SeatsioChart.Section, inherited: Inherited) throws(ChartProblem) {
        guard let plane = section.subChart else { return }
        var own = inherited
        own.categoryKey = key(section.categoryKey, section.categoryLabel) ?? inherited.categoryKey
        own.floor = inherited.floor ?? zoneName(section.zone)
        let corner = section.topLeft ?? .zero
        let outline = (section.points ?? []).map { $0 + inherited.origin }
        own.origin = inherited.origin + corner
        try read(plane, named: section.label?.text ?? "", outline: outline, inherited: own)
    }

    private mutating func read(
        _ area: SeatsioChart.Area, in section: String?, inherited: Inherited
    ) throws(ChartProblem) {
        let label = area.label?.text ?? ""
        let capacity = area.capacity ?? 0
        guard capacity >= 0, capacity <= settings.seatsMax - placeCount else {
            throw ChartProblem(
                .tooManySeats, ids: [label], "General-admission areas have more than \(settings.seatsMax) places.")
        }
        guard capacity > 0 else { return }
        placeCount += capacity
        let category = key(area.categoryKey, area.categoryLabel) ?? inherited.categoryKey
        let places = (1...capacity).map { number in
            ChartDraft.Seat(id: "\(area.uuid ?? label)/\(number)", label: String(number), categoryKey: category)
        }
        let name = section.map { "\($0) \(label)" } ?? label
        draft.sections.append(
            ChartDraft.Section(
                name: label.isEmpty ? "" : name, floor: inherited.floor,
                outline: outline(of: area).map { $0 + inherited.origin }, isGeneralAdmission: true,
                rows: [ChartDraft.Row(name: label, kind: .places, seats: places)]))
    }

    private func row(
        _ source: SeatsioChart.Row, kind: SeatingChart.RowKind, inherited: Inherited
    ) -> ChartDraft.Row {
        let rowCategory = key(source.categoryKey, source.categoryLabel) ?? inherited.categoryKey
        let seats = (source.seats ?? []).map { seat in
            let category = key(seat.categoryKey, seat.categoryLabel) ?? rowCategory
            var position: ChartPoint?
            if let x = seat.x, let y = seat.y { position = ChartPoint(x: x, y: y) + inherited.origin }
            let isCategoryAccessible = category.map(accessibleKeys.contains) ?? false
            return ChartDraft.Seat(
                id: seat.uuid, label: seat.label?.text ?? "", position: position, categoryKey: category,
                isAccessible: seat.accessible == true || isCategoryAccessible,
                isCompanion: seat.companionSeat == true, hasRestrictedView: seat.restrictedView == true)
        }
        return ChartDraft.Row(name: source.label?.text ?? "", kind: kind, seats: seats)
    }

    /// An object's own category; its label counts only where it has no key.
    private func key(_ key: LooseText?, _ label: String?) -> String? {
        if let key { return key.text }
        guard let label, !label.isEmpty else { return nil }
        return keysByLabel[label] ?? label
    }

    private func zoneName(_ zone: LooseText?) -> String? {
        guard let zone, let name = zoneNames[zone.text], !name.isEmpty else { return zone?.text }
        return name
    }

    /// An area's outline: its polygon, or its circle or rectangle as points.
    private func outline(of area: SeatsioChart.Area) -> [ChartPoint] {
        if let points = area.points, !points.isEmpty { return points }
        guard let center = area.center else { return [] }
        if let radius1 = area.radius1, let radius2 = area.radius2 {
            return (0..<36).map {
                let angle = Double($0) * .pi / 18
                return center + ChartPoint(x: radius1 * cos(angle), y: radius2 * sin(angle))
            }
        }
        guard let width = area.width, let height = area.height else { return [] }
        return [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map {
            center + ChartPoint(x: $0.0 * width, y: $0.1 * height)
        }
    }
}
