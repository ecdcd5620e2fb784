import Ticketing

extension GroupSearch {
    /// As many seats as asked for where they are not free side by side: in as few pieces as can be, nobody alone where two
    /// and two will do, the pieces near each other; nil where there are too few.
    func split() -> [SeatIndex]? {
        let quantity = request.quantity
        guard fittingCount() >= quantity else { return nil }
        let longest = min(longestNeighbours(), quantity)
        var pieces = self.pieces(largest: longest)
        if longest > 2, pieces?.contains(where: { $0.count == 1 }) == true,
            let others = self.pieces(largest: longest - 1), Self.isBetter(others, than: pieces)
        {
            pieces = others
        }
        return pieces.map { $0.joined().sorted() }
    }

    private static func isBetter(_ pieces: [[SeatIndex]], than others: [[SeatIndex]]?) -> Bool {
        guard let others else { return true }
        let singles = { (pieces: [[SeatIndex]]) in pieces.count { $0.count == 1 } }
        return (pieces.count, singles(pieces)) < (others.count, singles(others))
    }

    /// Pieces of falling size, the first the best of its size, the others as near to it as they are found.
    private func pieces(largest: Int) -> [[SeatIndex]]? {
        guard largest > 0, let anchor = bestNeighbours(largest) else { return nil }
        var pieces = [anchor]
        var left = request.quantity - anchor.count
        var size = min(left, largest)
        var search = AlternativeSearch(
            geometry: geometry, quantity: max(1, size), middle: middle(of: anchor), needsAccessible: false)
        search.want(request.priceLevel.map { [$0] } ?? Set(geometry.priceLevelNumbers.values))
        search.section = request.section
        search.takesTraits = !sparesAccessible
        search.exclude(anchor)
        while left > 0 {
            search.quantity = size
            if let piece = search.nearestGroup(isFree) {
                pieces.append(piece)
                search.exclude(piece)
                left -= piece.count
                size = min(size, left)
            } else if size > 1 {
                size -= 1
            } else {
                return nil
            }
        }
        return pieces
    }

    private func middle(of seats: [SeatIndex]) -> ChartPoint {
        let points = seats.compactMap { geometry.positions[Int($0)] }
        return points.reduce(.zero, +) * (1 / Double(max(1, points.count)))
    }
}
