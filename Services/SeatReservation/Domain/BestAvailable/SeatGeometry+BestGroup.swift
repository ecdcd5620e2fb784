import Ticketing

extension SeatGeometry {
    /// A group has to be so many seat widths nearer to be worth a single seat that nobody will buy.
    private static let orphanCost = 8.0
    /// The same for an accessible seat that the group does not need.
    private static let accessibleCost = 8.0

    /// The best group of free neighbours: nearest to the focal point, without single seats left beside it where that
    /// costs little. Accessible and companion seats go to those who need them, or when nothing else is left.
    func bestGroup(for request: SeatGroupRequest, isFree: (SeatIndex) -> Bool) -> SeatGroupOutcome {
        guard request.quantity > 0 else { return .notEnough(largestGroup: 0) }
        let hasOthers = hasTraits && !request.needsAccessible
        if hasOthers, let group = search(request, isFree, sparesAccessible: true) { return group }
        if let group = search(request, isFree, sparesAccessible: false) { return group }
        let places = freePlaces(for: request, isFree)
        if places.count >= request.quantity { return .group(Array(places.prefix(request.quantity))) }
        return .notEnough(largestGroup: max(places.count, largestGroup(for: request, isFree)))
    }

    /// The seats of a group that begins at a position of `order`, ascending.
    func seats(from start: Int, quantity: Int) -> [SeatIndex] { order[start..<(start + quantity)].sorted() }

    private func fits(_ seat: SeatIndex, _ request: SeatGroupRequest) -> Bool {
        request.priceLevel.map { $0 == levels[Int(seat)] } ?? true
    }

    /// General-admission places, which only a request for their section gets.
    private func freePlaces(for request: SeatGroupRequest, _ isFree: (SeatIndex) -> Bool) -> [SeatIndex] {
        guard let section = request.section, !request.needsAccessible else { return [] }
        return (generalAdmission[section] ?? []).filter { fits($0, request) && isFree($0) }
    }

    private func search(
        _ request: SeatGroupRequest, _ isFree: (SeatIndex) -> Bool, sparesAccessible: Bool
    ) -> SeatGroupOutcome? {
        let quantity = request.quantity
        var best: (cost: Double, start: Int)?
        var marks = RunMarks()
        for run in runs {
            // Runs come by their nearest seat: none after this one can be better.
            if let best, run.nearest >= best.cost { break }
            guard run.range.count >= quantity, request.section.map({ $0 == run.section }) ?? true else { continue }
            mark(run, &marks, request, isFree, sparesAccessible: sparesAccessible)
            marks.forEachGroup(of: quantity) { offset, orphans, accessible in
                guard accessible > 0 || !request.needsAccessible else { return }
                let start = run.range.lowerBound + offset
                let distance = (distanceSums[start + quantity] - distanceSums[start]) / Double(quantity)
                let spareAccessible = request.needsAccessible ? max(0, accessible - 1) : 0
                let cost =
                    distance + Double(orphans) * Self.orphanCost + Double(spareAccessible) * Self.accessibleCost
                if best.map({ cost < $0.cost }) ?? true { best = (cost, start) }
            }
        }
        return best.map { .group(seats(from: $0.start, quantity: quantity)) }
    }

    private func largestGroup(for request: SeatGroupRequest, _ isFree: (SeatIndex) -> Bool) -> Int {
        var largest = 0
        var marks = RunMarks()
        for run in runs where run.range.count > largest {
            guard request.section.map({ $0 == run.section }) ?? true else { continue }
            mark(run, &marks, request, isFree, sparesAccessible: false)
            largest = max(largest, marks.longestGroup(needsAccessible: request.needsAccessible))
        }
        return largest
    }

    private func mark(
        _ run: Run, _ marks: inout RunMarks, _ request: SeatGroupRequest, _ isFree: (SeatIndex) -> Bool,
        sparesAccessible: Bool
    ) {
        marks.fill(run.range.count) { position in
            let seat = order[run.range.lowerBound + position]
            guard isFree(seat) else { return 0 }
            let traits = traits[Int(seat)]
            let isSpared = sparesAccessible && !traits.isEmpty
            return RunMarks.free
                | (fits(seat, request) && !isSpared ? RunMarks.eligible : 0)
                | (traits.contains(.accessible) ? RunMarks.accessible : 0)
        }
    }
}
