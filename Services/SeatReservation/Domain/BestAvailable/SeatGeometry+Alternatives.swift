import Ticketing

extension SeatGeometry {
    /// Up to `count` groups of as many free seats as were asked for, nearest to those first: neighbours of the same
    /// price levels, else neighbours of any, else the nearest single ones. No seat is in two groups.
    func alternatives(to asked: [SeatIndex], count: Int = 3, isFree: (SeatIndex) -> Bool) -> [[SeatIndex]] {
        guard count > 0, !asked.isEmpty, asked.allSatisfy({ $0 >= 0 && Int($0) < seatCount }) else { return [] }
        let points = asked.compactMap { positions[Int($0)] }
        guard points.count == asked.count else { return places(insteadOf: asked, count: count, isFree) }
        var search = AlternativeSearch(
            geometry: self, quantity: asked.count, middle: points.reduce(.zero, +) * (1 / Double(points.count)),
            needsAccessible: asked.contains { traits[Int($0)].contains(.accessible) })
        var groups: [[SeatIndex]] = []
        for levels in [Set(asked.map { levels[Int($0)] }), Set(priceLevelNumbers.values)] {
            search.want(levels)
            while groups.count < count, let group = search.nearestGroup(isFree) {
                groups.append(group)
                search.exclude(group)
            }
        }
        if groups.isEmpty, let scattered = search.nearestSeats(isFree) { groups.append(scattered) }
        return groups
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
