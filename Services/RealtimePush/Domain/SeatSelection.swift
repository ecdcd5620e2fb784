import Ticketing
import Wire

/// The seats of the sections that a viewer named: what its snapshot and its deltas are about.
struct SeatSelection: Hashable, Sendable {
    /// Ascending, apart from each other.
    let ranges: [SeatRange]

    /// The seats of ranges in any order.
    init(_ seats: some Sequence<SeatRange>) {
        ranges = seats.sorted { $0.first < $1.first }.reduce(into: []) { merged, next in
            guard let last = merged.last, next.first <= last.last + 1 else { return merged.append(next) }
            merged[merged.count - 1] = SeatRange(first: last.first, last: max(last.last, next.last))
        }
    }

    /// Whether a seat is one of them.
    func contains(_ seat: SeatIndex) -> Bool {
        ranges.contains { $0.first <= seat && seat <= $0.last }
    }

    /// The states of these seats, packed one behind the other.
    func states(of all: PackedSeatStates) -> PackedSeatStates {
        let seats = ranges.flatMap { Int($0.first)...Int($0.last) }.filter { $0 < all.count }
        var picked = PackedSeatStates(count: seats.count)
        for (place, seat) in seats.enumerated() { picked[place] = all[seat] }
        return picked
    }
}
