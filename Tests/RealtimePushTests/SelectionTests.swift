import HTTP2
import TestSupport
import Testing
import Ticketing
import Wire

@testable import RealtimePush

/// A viewer who named sections hears of their seats alone.
struct SelectionTests {
    private let block = SeatRange(first: 4, last: 7)

    private func map(at sequence: Int64 = 0) throws -> ChannelMap {
        try #require(
            ChannelMap(
                SeatSnapshot(states: PackedSeatStates(count: 16), at: SeatsPosition(epoch: 1, sequence: sequence))))
    }

    private func sell(_ seat: SeatIndex, in map: inout ChannelMap) {
        let mine = map.position
        _ = map.apply(
            SeatDelta(
                epoch: mine.epoch, afterSequence: mine.sequence, sequence: mine.sequence + 1,
                changes: [SeatChange(seatIndex: seat, state: .sold)]))
    }

    @Test func `ranges are put in order, and those that touch are one`() {
        let selection = SeatSelection([
            SeatRange(first: 8, last: 9), SeatRange(first: 0, last: 3), SeatRange(first: 4, last: 5),
            SeatRange(first: 0, last: 1),
        ])
        #expect(selection.ranges == [SeatRange(first: 0, last: 5), SeatRange(first: 8, last: 9)])
        #expect((SeatIndex(0)..<12).filter { selection.contains($0) } == [0, 1, 2, 3, 4, 5, 8, 9])
    }

    @Test func `names lead to the seats of their sections, an unknown name to none`() {
        let directory = SectionDirectory([
            SectionSeatsResource(sectionId: "A", seats: SeatRange(first: 0, last: 3)),
            SectionSeatsResource(sectionId: "B", seats: SeatRange(first: 4, last: 7)),
            SectionSeatsResource(sectionId: "C", seats: SeatRange(first: 8, last: 9)),
        ])
        #expect(
            directory.selection(of: ["C", "A"])?.ranges == [
                SeatRange(first: 0, last: 3), SeatRange(first: 8, last: 9),
            ])
        #expect(directory.selection(of: ["A", "D"]) == nil)
    }

    @Test func `the snapshot has these seats and says which they are`() async throws {
        try await Stand.with { stand in
            var map = try map()
            sell(3, in: &map)
            sell(5, in: &map)
            stand.board.show(map)
            let event = try await stand.viewer(of: block).first(1)[0]
            let snapshot = try event.decode(SeatSnapshot.self)
            #expect(snapshot.seatRanges == [block])
            #expect(snapshot.seatCount == 4)
            #expect(snapshot.sequence == 2)
            #expect(try #require(snapshot.packedStates).counts() == [3, 0, 1, 0])
        }
    }

    @Test func `what changes elsewhere is passed over, and the chain stays whole`() async throws {
        try await Stand.with { stand in
            var map = try map()
            stand.board.show(map)
            let viewer = try await stand.viewer(of: block)
            let witness = try await stand.viewer()
            _ = try await viewer.first(1)
            _ = try await witness.first(1)
            sell(1, in: &map)
            stand.board.show(map)
            _ = try await witness.first(2)
            sell(6, in: &map)
            stand.board.show(map)
            let event = try await viewer.first(2)[1]
            #expect(
                try event.decode(SeatDelta.self)
                    == SeatDelta(
                        epoch: 1, afterSequence: 0, sequence: 2, changes: [SeatChange(seatIndex: 6, state: .sold)]))
        }
    }

    @Test func `a quiet block moves on with the heartbeat, by a delta without changes`() async throws {
        try await Stand.with { stand in
            var map = try map()
            stand.board.show(map)
            let viewer = try await stand.viewer(of: block)
            let witness = try await stand.viewer()
            _ = try await viewer.first(1)
            _ = try await witness.first(1)
            sell(1, in: &map)
            stand.board.show(map)
            _ = try await witness.first(2)
            stand.board.beat()
            let event = try await viewer.first(2)[1]
            #expect(event.id == "1.1")
            #expect(
                try event.decode(SeatDelta.self) == SeatDelta(epoch: 1, afterSequence: 0, sequence: 1, changes: []))
            stand.board.beat()
            #expect(try await viewer.first(3)[2].name == "heartbeat")
        }
    }

    @Test func `a selection that nobody looks at any more makes room for another`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map())
            for seat in SeatIndex(0)..<4 {
                let viewer = try await stand.viewer(of: SeatRange(first: seat, last: seat))
                _ = try await viewer.first(1)
                #expect(stand.board.selectionCount == 1)
                viewer.close()
                try await eventually("it is forgotten") { stand.board.selectionCount == 0 }
            }
        }
    }
}
