import Ticketing

/// One search for the best of what is free. Pure: what is free is asked of whoever calls.
struct GroupSearch {
    /// A group has to be so many seat widths nearer to be worth an accessible seat that it does not need.
    private static let accessibleCost = 8.0

    let geometry: SeatGeometry
    let request: SeatGroupRequest
    /// Leaves accessible and companion seats to those who need them.
    var sparesAccessible = false
    let isFree: (SeatIndex) -> Bool

    /// How good a group is: first that nobody is left a single seat beside it, then how near it is.
    private struct Cost: Comparable {
        let orphans: Int
        let distance: Double

        static func < (left: Cost, right: Cost) -> Bool {
            (left.orphans, left.distance) < (right.orphans, right.distance)
        }
    }

    /// The best group of `quantity` neighbours; nil where there is none.
    func bestNeighbours(_ quantity: Int) -> [SeatIndex]? {
        var best: (cost: Cost, start: Int)?
        var marks = RunMarks()
        for run in geometry.runs {
            // Runs come by their nearest seat: none after this one can be better.
            if let best, best.cost <= Cost(orphans: 0, distance: run.nearest) { break }
            guard run.range.count >= quantity, isInSection(run) else { continue }
            mark(run, &marks)
            marks.forEachGroup(of: quantity) { offset, orphans, accessible in
                guard accessible > 0 || !request.needsAccessible else { return }
                let start = run.range.lowerBound + offset
                let sum = geometry.distanceSums[start + quantity] - geometry.distanceSums[start]
                let spare = request.needsAccessible ? max(0, accessible - 1) : 0
                let cost = Cost(
                    orphans: orphans, distance: sum / Double(quantity) + Double(spare) * Self.accessibleCost)
                if best.map({ cost < $0.cost }) ?? true { best = (cost, start) }
            }
        }
        return best.map { geometry.seats(from: $0.start, quantity: quantity) }
    }

    /// How many neighbours the largest group has.
    func longestNeighbours() -> Int {
        var longest = 0
        var marks = RunMarks()
        for run in geometry.runs where run.range.count > longest && isInSection(run) {
            mark(run, &marks)
            longest = max(longest, marks.longestGroup(needsAccessible: request.needsAccessible))
        }
        return longest
    }

    /// How many seats fit, wherever they are; 0 when an accessible one is needed and none is free.
    func fittingCount() -> Int {
        var count = 0
        var hasAccessible = false
        for run in geometry.runs where isInSection(run) {
            for seat in geometry.order[run.range] where isFree(seat) && fits(seat) {
                count += 1
                if geometry.traits[Int(seat)].contains(.accessible) { hasAccessible = true }
            }
        }
        return hasAccessible || !request.needsAccessible ? count : 0
    }

    /// Whether a seat would do, free or not.
    func fits(_ seat: SeatIndex) -> Bool {
        if sparesAccessible, !geometry.traits[Int(seat)].isEmpty { return false }
        return request.priceLevel.map { $0 == geometry.levels[Int(seat)] } ?? true
    }

    private func isInSection(_ run: SeatGeometry.Run) -> Bool {
        request.section.map { $0 == run.section } ?? true
    }

    private func mark(_ run: SeatGeometry.Run, _ marks: inout RunMarks) {
        marks.fill(run.range.count) { position in
            let seat = geometry.order[run.range.lowerBound + position]
            guard isFree(seat) else { return 0 }
            return RunMarks.free
                | (fits(seat) ? RunMarks.eligible : 0)
                | (geometry.traits[Int(seat)].contains(.accessible) ? RunMarks.accessible : 0)
        }
    }
}
