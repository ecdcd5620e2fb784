import Testing
import Ticketing
import Wire

@testable import RealtimePush

/// What changed since any sequence, without a history.
struct ChannelMapTests {
    private func map(at sequence: Int64, seats: Int = 64) throws -> ChannelMap {
        try #require(
            ChannelMap(
                SeatSnapshot(
                    states: PackedSeatStates(count: seats), at: SeatsPosition(epoch: 1, sequence: sequence))))
    }

    @Test func `changes since a sequence are each seat's last state, by seat`() throws {
        var map = try map(at: 10)
        let steps: [(Int64, SeatIndex, SeatState)] = [(11, 5, .held), (12, 3, .held), (13, 5, .sold), (14, 9, .held)]
        for (sequence, seat, state) in steps {
            let delta = SeatDelta(
                epoch: 1, afterSequence: sequence - 1, sequence: sequence,
                changes: [SeatChange(seatIndex: seat, state: state)])
            #expect(map.apply(delta) == .applied)
        }
        let five = SeatChange(seatIndex: 5, state: .sold)
        let (three, nine) = (SeatChange(seatIndex: 3, state: .held), SeatChange(seatIndex: 9, state: .held))
        #expect(map.changes(after: 10) == [three, five, nine])
        #expect(map.changes(after: 12) == [five, nine])
        #expect(map.changes(after: 14) == [])
        #expect(map.changes(after: 9) == nil)
        #expect(map.changes(after: 15) == nil)
    }

    @Test func `long ways back tell the same as short ones`() throws {
        var map = try map(at: 0)
        var random = SystemRandomNumberGenerator()
        var expected: [Int64: [SeatState]] = [:]
        let last = Int64(3 * RecentSeatChanges.keptMin)
        for sequence in 1...last {
            if sequence == 100 || sequence == last - 100 { expected[sequence] = (0..<64).map { map.states[$0] } }
            let change = SeatChange(
                seatIndex: .random(in: 0..<64, using: &random), state: SeatState.allCases[Int.random(in: 0..<4)])
            _ = map.apply(
                SeatDelta(epoch: 1, afterSequence: sequence - 1, sequence: sequence, changes: [change]))
        }
        for (sequence, before) in expected {
            var states = before
            for change in try #require(map.changes(after: sequence - 1)) {
                states[Int(change.seatIndex)] = change.state
            }
            #expect(states == (0..<64).map { map.states[$0] })
        }
    }

    @Test func `a newer snapshot lets viewers go on from where they stand`() throws {
        var map = try map(at: 4)
        var states = PackedSeatStates(count: 64)
        states[7] = .sold
        let newer = SeatSnapshot(states: states, at: SeatsPosition(epoch: 1, sequence: 90))
        let isTaken = map.advance(to: newer)
        #expect(isTaken)
        #expect(map.changes(after: 4) == [SeatChange(seatIndex: 7, state: .sold)])
        let other = SeatSnapshot(states: states, at: SeatsPosition(epoch: 2, sequence: 91))
        let smaller = SeatSnapshot(
            states: PackedSeatStates(count: 3), at: SeatsPosition(epoch: 1, sequence: 91))
        for stranger in [other, smaller] {
            let isTaken = map.advance(to: stranger)
            #expect(!isTaken)
        }
    }
}
