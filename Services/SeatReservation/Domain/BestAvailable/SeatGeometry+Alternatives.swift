import Ticketing

extension SeatGeometry {
    /// An alternative has to be so many seat widths nearer to be worth a single seat left beside it.
    private static let alternativeOrphanCost = 2.0

    /// What the seats asked for were like, so that what is offered fits.
    private struct Wish {
        let quantity: Int
        let middle: ChartPoint
        /// Nil where any price level would do.
        var levels: Set<Int>?
        let needsAccessible: Bool
    }

    /// Up to `count` groups of as many free seats as were asked for, nearest to those first: neighbours of the same
    /// price levels, else neighbours of any, else the nearest single ones. No seat is in two groups.
    func alternatives(to asked: [SeatIndex], count: Int = 3, isFree: (SeatIndex) -> Bool) -> [[SeatIndex]] {
        guard count > 0, !asked.isEmpty, asked.allSatisfy({ $0 >= 0 && Int($0) < seatCount }) else { return [] }
        let points = asked.compactMap { positions[Int($0)] }
        guard points.count == asked.count else { return places(insteadOf: asked, count: count, isFree) }
        var wish = Wish(
            quantity: asked.count, middle: points.reduce(.zero, +) * (1 / Double(points.count)),
            levels: Set(asked.map { levels[Int($0)] }),
            needsAccessible: asked.contains { traits[Int($0)].contains(.accessible) })
        var groups: [[SeatIndex]] = []
        for levels in [wish.levels, nil] {
            wish.levels = levels
            while groups.count < count, let group = nearestGroup(wish, besides: groups, isFree) { groups.append(group) }
        }
        if groups.isEmpty, let scattered = nearestSeats(wish, isFree) { groups.append(scattered) }
        return groups
    }

    private func nearestGroup(
        _ wish: Wish, besides groups: [[SeatIndex]], _ isFree: (SeatIndex) -> Bool
    ) -> [SeatIndex]? {
        let quantity = wish.quantity
        var best: (cost: Double, start: Int)?
        var marks = RunMarks()
        for run in runs where run.range.count >= quantity {
            if let best, run.middle.distance(to: wish.middle) - run.reach >= best.cost { continue }
            marks.fill(run.range.count) { position in
                let seat = order[run.range.lowerBound + position]
                guard isFree(seat), !groups.contains(where: { $0.contains(seat) }) else { return 0 }
                return RunMarks.free | (fits(seat, wish) ? RunMarks.eligible : 0)
                    | (traits[Int(seat)].contains(.accessible) ? RunMarks.accessible : 0)
            }
            marks.forEachGroup(of: quantity) { offset, orphans, accessible in
                guard accessible > 0 || !wish.needsAccessible else { return }
                let start = run.range.lowerBound + offset
                let middle = (positionSums[start + quantity] - positionSums[start]) * (1 / Double(quantity))
                let cost = middle.distance(to: wish.middle) + Double(orphans) * Self.alternativeOrphanCost
                if best.map({ cost < $0.cost }) ?? true { best = (cost, start) }
            }
        }
        return best.map { seats(from: $0.start, quantity: quantity) }
    }

    /// Accessible and companion seats are offered only to those who asked for one.
    private func fits(_ seat: SeatIndex, _ wish: Wish) -> Bool {
        (wish.levels?.contains(levels[Int(seat)]) ?? true) && (wish.needsAccessible || traits[Int(seat)].isEmpty)
    }

    private func nearestSeats(_ wish: Wish, _ isFree: (SeatIndex) -> Bool) -> [SeatIndex]? {
        let free = order.compactMap { seat -> (distance: Double, seat: SeatIndex)? in
            guard fits(seat, wish), isFree(seat), let position = positions[Int(seat)] else { return nil }
            return (position.distance(to: wish.middle), seat)
        }
        guard free.count >= wish.quantity else { return nil }
        let nearest = free.sorted { ($0.distance, $0.seat) < ($1.distance, $1.seat) }.prefix(wish.quantity)
        let hasAccessible = nearest.contains { traits[Int($0.seat)].contains(.accessible) }
        return hasAccessible || !wish.needsAccessible ? nearest.map(\.seat).sorted() : nil
    }

    /// Other places of the same general-admission section.
    private func places(
        insteadOf asked: [SeatIndex], count: Int, _ isFree: (SeatIndex) -> Bool
    ) -> [[SeatIndex]] {
        let section = sections[Int(asked[0])]
        guard asked.allSatisfy({ sections[Int($0)] == section }), let places = generalAdmission[section] else {
            return []
        }
        let free = places.filter(isFree).prefix(asked.count * count)
        return (0..<(free.count / asked.count)).map { Array(free[($0 * asked.count)..<(($0 + 1) * asked.count)]) }
    }
}
