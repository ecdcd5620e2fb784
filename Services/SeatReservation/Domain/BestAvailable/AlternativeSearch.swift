import Ticketing

/// One search for seats near those that were lost. Runs are looked at in ever wider rings, so that a question costs
/// what lies near and not what the stadium holds.
struct AlternativeSearch {
    /// A group has to be so many seat widths nearer to be worth a single seat left beside it.
    private static let orphanCost = 2.0
    /// The first ring's radius in seat widths, and how much wider each next one is.
    private static let firstRadius = 12.0
    private static let radiusGrowth = 3.0

    private let geometry: SeatGeometry
    /// How many seats.
    var quantity: Int
    private let middle: ChartPoint
    private let needsAccessible: Bool
    /// Of this section only.
    var section: Int?
    /// Accessible and companion seats will do, whether or not one is needed.
    var takesTraits: Bool
    /// The least distance that any seat of each run can have.
    private let distances: [Double]
    private let distanceMax: Double
    private var isLevelWanted: [Bool]
    private var isExcluded: [Bool]

    /// Looks for `quantity` seats around `middle`; wants no price level yet.
    init(geometry: SeatGeometry, quantity: Int, middle: ChartPoint, needsAccessible: Bool) {
        self.geometry = geometry
        self.quantity = quantity
        self.middle = middle
        self.needsAccessible = needsAccessible
        takesTraits = needsAccessible
        distances = geometry.runs.map { $0.middle.distance(to: middle) - $0.reach }
        distanceMax = distances.max() ?? 0
        isLevelWanted = Array(repeating: false, count: geometry.priceLevelNumbers.count)
        isExcluded = Array(repeating: false, count: geometry.seatCount)
    }

    mutating func want(_ levels: Set<Int>) {
        for level in isLevelWanted.indices { isLevelWanted[level] = levels.contains(level) }
    }

    mutating func exclude(_ group: [SeatIndex]) {
        for seat in group { isExcluded[Int(seat)] = true }
    }

    /// The nearest neighbours that are free, wanted and not excluded.
    func nearestGroup(_ isFree: (SeatIndex) -> Bool) -> [SeatIndex]? {
        var best: (cost: Double, start: Int)?
        var marks = RunMarks()
        var inner = -Double.infinity
        var outer = Self.firstRadius
        while inner < distanceMax {
            for (run, distance) in zip(geometry.runs, distances) where distance > inner && distance <= outer {
                guard run.range.count >= quantity, section.map({ $0 == run.section }) ?? true,
                    distance < best?.cost ?? .infinity
                else { continue }
                visit(run, isFree, &marks, &best)
            }
            if let best, best.cost <= outer { break }
            inner = outer
            outer *= Self.radiusGrowth
        }
        return best.map { geometry.seats(from: $0.start, quantity: quantity) }
    }

    /// The nearest free and wanted seats, side by side or not; nil where there are too few.
    func nearestSeats(_ isFree: (SeatIndex) -> Bool) -> [SeatIndex]? {
        var nearest: [(distance: Double, seat: SeatIndex)] = []
        for (run, distance) in zip(geometry.runs, distances) {
            if nearest.count == quantity, let last = nearest.last, distance >= last.distance { continue }
            for seat in geometry.order[run.range] where isWanted(seat) && isFree(seat) {
                guard let position = geometry.positions[Int(seat)] else { continue }
                let own = position.distance(to: middle)
                if nearest.count == quantity {
                    guard let last = nearest.last, own < last.distance else { continue }
                    nearest.removeLast()
                }
                nearest.insert((own, seat), at: nearest.firstIndex { $0.distance > own } ?? nearest.count)
            }
        }
        guard nearest.count == quantity else { return nil }
        let hasAccessible = nearest.contains { geometry.traits[Int($0.seat)].contains(.accessible) }
        return hasAccessible || !needsAccessible ? nearest.map(\.seat).sorted() : nil
    }

    private func visit(
        _ run: SeatGeometry.Run, _ isFree: (SeatIndex) -> Bool, _ marks: inout RunMarks,
        _ best: inout (cost: Double, start: Int)?
    ) {
        marks.fill(run.range.count) { position in
            let seat = geometry.order[run.range.lowerBound + position]
            guard isFree(seat), !isExcluded[Int(seat)] else { return 0 }
            return RunMarks.free | (isWanted(seat) ? RunMarks.eligible : 0)
                | (geometry.traits[Int(seat)].contains(.accessible) ? RunMarks.accessible : 0)
        }
        marks.forEachGroup(of: quantity) { offset, orphans, accessible in
            guard accessible > 0 || !needsAccessible else { return }
            let start = run.range.lowerBound + offset
            let sum = geometry.positionSums[start + quantity] - geometry.positionSums[start]
            let distance = (sum * (1 / Double(quantity))).distance(to: middle)
            let cost = distance + Double(orphans) * Self.orphanCost
            if cost < best?.cost ?? .infinity { best = (cost, start) }
        }
    }

    /// Accessible and companion seats are offered only to those who asked for one, or who take what is left.
    private func isWanted(_ seat: SeatIndex) -> Bool {
        let level = geometry.levels[Int(seat)]
        return isLevelWanted.indices.contains(level) && isLevelWanted[level]
            && (takesTraits || geometry.traits[Int(seat)].isEmpty)
    }
}
