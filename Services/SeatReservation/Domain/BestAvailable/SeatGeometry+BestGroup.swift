import Ticketing

extension SeatGeometry {
    /// The best group that is free: neighbours, without a single seat left beside them wherever that can be avoided, and
    /// of those the nearest to the focal point. Where so many neighbours are not free, and the request allows it, seats
    /// apart from each other. Accessible and companion seats go to those who need them, and to others when nothing else
    /// is left. Places without a position are for requests that name their section, and for those who take anything.
    func bestGroup(for request: SeatGroupRequest, isFree: (SeatIndex) -> Bool) -> SeatGroupOutcome {
        guard request.quantity > 0 else { return .notEnough(largestGroup: 0) }
        return withoutActuallyEscaping(isFree) { isFree in
            var search = GroupSearch(geometry: self, request: request, isFree: isFree)
            if hasTraits, !request.needsAccessible {
                search.sparesAccessible = true
                if let group = group(by: search) { return .group(group) }
                search.sparesAccessible = false
            }
            if let group = group(by: search) { return .group(group) }
            let places = freePlaces(for: request, isFree)
            if places.count >= request.quantity { return .group(Array(places.prefix(request.quantity))) }
            let seats = request.mayBeSplit ? search.fittingCount() : search.longestNeighbours()
            return .notEnough(largestGroup: max(places.count, seats))
        }
    }

    /// What memory may propose: neighbours, or places that have no neighbours. Whether seats apart from each other have to
    /// do is decided where nothing else changes meanwhile.
    func proposal(for request: SeatGroupRequest, isFree: (SeatIndex) -> Bool) -> [SeatIndex]? {
        var whole = request
        whole.mayBeSplit = false
        if case .group(let seats) = bestGroup(for: whole, isFree: isFree) { return seats }
        let places = withoutActuallyEscaping(isFree) { freePlaces(for: request, $0) }
        return places.count >= request.quantity ? Array(places.prefix(request.quantity)) : nil
    }

    /// The seats of a group that begins at a position of `order`, ascending.
    func seats(from start: Int, quantity: Int) -> [SeatIndex] { order[start..<(start + quantity)].sorted() }

    private func group(by search: GroupSearch) -> [SeatIndex]? {
        search.bestNeighbours(search.request.quantity) ?? (search.request.mayBeSplit ? search.split() : nil)
    }

    /// General-admission places: of the section that was named, else of the one that has the most, where seats apart from
    /// each other would do as well.
    private func freePlaces(
        for request: SeatGroupRequest, _ isFree: @escaping (SeatIndex) -> Bool
    ) -> [SeatIndex] {
        guard !request.needsAccessible else { return [] }
        let free = { (section: Int) in
            (generalAdmission[section] ?? []).filter { place in
                isFree(place) && (request.priceLevel.map { $0 == levels[Int(place)] } ?? true)
            }
        }
        if let section = request.section { return free(section) }
        guard request.mayBeSplit else { return [] }
        return generalAdmission.keys.sorted().map(free).max { $0.count < $1.count } ?? []
    }
}
