import Testing
import Ticketing
import Wire

@testable import ViewerCrowd

/// The judge of the proofs must see what they are about.
struct MapBookTests {
    private let book = MapBook()

    @Test func `a delta that fits leads to the map that it says`() throws {
        let start = try #require(book.start(snapshot(at: 5), frame: 0))
        let step = book.step(from: start, by: delta(after: 4, to: 6, [(3, .sold)]), frame: 1)
        let map = try #require(place(step))
        #expect(book.maps[map].position == SeatsPosition(epoch: 1, sequence: 6))
        #expect(book.maps[map].states[3] == .sold)
    }

    @Test func `a delta behind a missing one is a gap`() throws {
        let start = try #require(book.start(snapshot(at: 5), frame: 0))
        let step = book.step(from: start, by: delta(after: 6, to: 7, []), frame: 1)
        guard case .gap = step else { return wrong(step) }
    }

    @Test func `a delta of another epoch is a gap`() throws {
        let start = try #require(book.start(snapshot(at: 5, epoch: 2), frame: 0))
        let step = book.step(from: start, by: delta(after: 5, to: 6, []), frame: 1)
        guard case .gap = step else { return wrong(step) }
    }

    @Test func `a delta to where the map stands already goes back`() throws {
        let start = try #require(book.start(snapshot(at: 5), frame: 0))
        let step = book.step(from: start, by: delta(after: 3, to: 5, []), frame: 1)
        guard case .back = step else { return wrong(step) }
    }

    @Test func `two ways to one position must lead to one map`() throws {
        let start = try #require(book.start(snapshot(at: 5), frame: 0))
        let one = place(book.step(from: start, by: delta(after: 5, to: 6, [(1, .held)]), frame: 1))
        let same = book.start(snapshot(at: 6, [(1, .held)]), frame: 2)
        #expect(one == same)
        #expect(book.forks == [])
        _ = book.start(snapshot(at: 6, [(2, .held)]), frame: 3)
        #expect(book.forks == [SeatsPosition(epoch: 1, sequence: 6)])
    }

    private func wrong(_ step: MapBook.Step) {
        Issue.record("\(step)")
    }

    private func place(_ step: MapBook.Step) -> Int? {
        if case .map(let place) = step { place } else { nil }
    }

    private func snapshot(
        at sequence: Int64, epoch: Int64 = 1, _ changes: [(Int, SeatState)] = []
    ) -> SeatSnapshot {
        var states = PackedSeatStates(count: 8)
        for (seat, state) in changes { states[seat] = state }
        return SeatSnapshot(states: states, at: SeatsPosition(epoch: epoch, sequence: sequence))
    }

    private func delta(after: Int64, to sequence: Int64, _ changes: [(SeatIndex, SeatState)]) -> SeatDelta {
        SeatDelta(
            epoch: 1, afterSequence: after, sequence: sequence,
            changes: changes.map { SeatChange(seatIndex: $0, state: $1) })
    }
}
