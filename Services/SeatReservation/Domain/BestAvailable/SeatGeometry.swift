import Ticketing
import Wire

/// A chart prepared once for questions about neighbours: who sits beside whom, and how far from what everybody looks
/// at. Immutable; made once a chart, shared by all performances that use it.
struct SeatGeometry: Sendable {
    /// Seats side by side without an aisle: a slice of `order`.
    struct Run: Sendable {
        let range: Range<Int>
        let section: Int
        /// The least distance of a seat of the run to the focal point.
        let nearest: Double
        let middle: ChartPoint
        /// The farthest seat of the run from `middle`.
        let reach: Double
    }

    /// What a seat is, apart from its place.
    struct Trait: OptionSet, Sendable {
        let rawValue: UInt8
        static let accessible = Trait(rawValue: 1)
        static let companion = Trait(rawValue: 2)
    }

    let seatCount: Int
    /// The number of each price level, by id.
    let priceLevelNumbers: [String: Int]
    /// The number of each section, by id.
    let sectionNumbers: [String: Int]
    /// By seat index.
    let levels: [Int]
    /// By seat index.
    let sections: [Int]
    /// By seat index.
    let traits: [Trait]
    /// Whether any seat has a trait.
    let hasTraits: Bool
    /// By seat index; nil for a general-admission place.
    let positions: [ChartPoint?]
    /// Seats of all runs, neighbours beside each other.
    let order: [SeatIndex]
    /// From the nearest to the focal point to the farthest.
    let runs: [Run]
    /// Sums of the distances to the focal point over `order`, before each position.
    let distanceSums: [Double]
    /// Sums of the positions over `order`, before each position.
    let positionSums: [ChartPoint]
    /// The places without a position, by section.
    let generalAdmission: [Int: [SeatIndex]]

    init(chart: SeatingChartResource) {
        priceLevelNumbers = Self.numbers(of: chart.priceLevels.map(\.priceLevelId))
        sectionNumbers = Self.numbers(of: chart.sections.map(\.sectionId))
        var levels: [Int] = []
        var sections: [Int] = []
        var traits: [Trait] = []
        var positions: [ChartPoint?] = []
        var places: [Int: [SeatIndex]] = [:]
        var lines: [SeatRun] = []
        for (number, section) in chart.sections.enumerated() {
            let pitch = SeatRun.pitch(of: section)
            for row in section.rows {
                // A seat's index is its position in reading order.
                let first = SeatIndex(levels.count)
                for seat in row.seats {
                    levels.append(priceLevelNumbers[seat.priceLevelId] ?? -1)
                    sections.append(number)
                    traits.append(Self.traits(of: seat))
                    positions.append(seat.position)
                }
                let all = first..<SeatIndex(levels.count)
                places[number, default: []] += all.filter { positions[Int($0)] == nil }
                lines += SeatRun.runs(of: row, firstSeat: first, section: number, sectionPitch: pitch)
            }
        }
        seatCount = levels.count
        self.levels = levels
        self.sections = sections
        self.traits = traits
        hasTraits = traits.contains { !$0.isEmpty }
        self.positions = positions
        generalAdmission = places.filter { !$0.value.isEmpty }
        let focalPoint = chart.focalPoint.flatMap { $0.count == 2 ? ChartPoint(x: $0[0], y: $0[1]) : nil }
        // Most stages are drawn at the middle of the upper edge.
        let focus = focalPoint ?? ChartPoint(x: chart.width / 2, y: 0)
        let distances = positions.map { $0?.distance(to: focus) ?? 0 }
        let nearest = lines.map { $0.seats.map { distances[Int($0)] }.min() ?? 0 }
        let sorted = lines.indices.sorted { (nearest[$0], $0) < (nearest[$1], $1) }
        order = sorted.flatMap { lines[$0].seats }
        distanceSums = order.reduce(into: [0]) { $0.append($0[$0.count - 1] + distances[Int($1)]) }
        positionSums = order.reduce(into: [.zero]) { $0.append($0[$0.count - 1] + (positions[Int($1)] ?? .zero)) }
        var start = 0
        runs = sorted.map { number in
            let points = lines[number].seats.compactMap { positions[Int($0)] }
            let middle = points.reduce(.zero, +) * (1 / Double(max(1, points.count)))
            defer { start += points.count }
            return Run(
                range: start..<(start + points.count), section: lines[number].section, nearest: nearest[number],
                middle: middle, reach: points.map { $0.distance(to: middle) }.max() ?? 0)
        }
    }

    /// The request in this chart's numbers; nil when it names a price level or a section that the chart doesn't have.
    func groupRequest(for request: BestAvailableRequest) -> SeatGroupRequest? {
        var numbered = SeatGroupRequest(quantity: request.quantity)
        numbered.needsAccessible = request.accessible == true
        numbered.mayBeSplit = request.together != true
        if let id = request.priceLevelId {
            guard let number = priceLevelNumbers[id] else { return nil }
            numbered.priceLevel = number
        }
        if let id = request.sectionId {
            guard let number = sectionNumbers[id] else { return nil }
            numbered.section = number
        }
        return numbered
    }

    /// The seats of each section that has some: they stand side by side, since an index is a place in reading order.
    var sectionSeats: [SectionSeatsResource] {
        let ids = Dictionary(sectionNumbers.map { ($1, $0) }) { first, _ in first }
        var ranges: [(section: Int, first: Int, last: Int)] = []
        for (seat, section) in sections.enumerated() {
            if ranges.last?.section == section {
                ranges[ranges.count - 1].last = seat
            } else {
                ranges.append((section, seat, seat))
            }
        }
        return ranges.compactMap { range in
            ids[range.section].map {
                SectionSeatsResource(
                    sectionId: $0, seats: SeatRange(first: SeatIndex(range.first), last: SeatIndex(range.last)))
            }
        }
    }

    private static func numbers(of ids: [String]) -> [String: Int] {
        Dictionary(ids.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    private static func traits(of seat: ChartSeatResource) -> Trait {
        var traits: Trait = []
        if seat.accessible == true { traits.insert(.accessible) }
        if seat.companion == true { traits.insert(.companion) }
        return traits
    }
}

extension ChartSeatResource {
    /// Where the seat is; nil for a general-admission place.
    var position: ChartPoint? {
        guard let x, let y else { return nil }
        return ChartPoint(x: x, y: y)
    }
}
