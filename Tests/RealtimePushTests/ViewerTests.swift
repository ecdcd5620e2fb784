import HTTP2
import TestSupport
import Testing
import Ticketing
import Wire

@testable import RealtimePush

/// A viewer is one number: the sequence that it was last sent.
struct ViewerTests {
    private func map(epoch: Int64 = 1, at sequence: Int64 = 0) throws -> ChannelMap {
        try #require(
            ChannelMap(
                SeatSnapshot(
                    states: PackedSeatStates(count: 16), at: SeatsPosition(epoch: epoch, sequence: sequence))))
    }

    private func sell(_ seat: SeatIndex, in map: inout ChannelMap) {
        let mine = map.position
        let delta = SeatDelta(
            epoch: mine.epoch, afterSequence: mine.sequence, sequence: mine.sequence + 1,
            changes: [SeatChange(seatIndex: seat, state: .sold)])
        #expect(map.apply(delta) == .applied)
    }

    @Test func `everybody gets a snapshot, then the same deltas`() async throws {
        try await Stand.with { stand in
            var map = try map()
            stand.board.show(map)
            let viewers = [try await stand.viewer(), try await stand.viewer()]
            for viewer in viewers { _ = try await viewer.first(1) }
            sell(3, in: &map)
            stand.board.show(map)
            for viewer in viewers { _ = try await viewer.first(2) }
            sell(4, in: &map)
            stand.board.show(map)
            let seen = [try await viewers[0].first(3), try await viewers[1].first(3)]
            #expect(seen[0] == seen[1])
            #expect(seen[0].map(\.name) == ["snapshot", "delta", "delta"])
            #expect(seen[0].map(\.id) == ["1.0", "1.1", "1.2"])
            #expect(
                try seen[0][2].decode(SeatDelta.self)
                    == SeatDelta(
                        epoch: 1, afterSequence: 1, sequence: 2,
                        changes: [SeatChange(seatIndex: 4, state: .sold)]))
            #expect(stand.board.viewerCount == 2)
        }
    }

    @Test func `maps that come in a hurry are told in one frame, the window after the last`() async throws {
        try await Stand.with(mergeWindow: .seconds(1)) { stand in
            let viewer = try await stand.viewer()
            var map = try map()
            stand.board.show(map)
            _ = try await viewer.first(1)
            for seat in SeatIndex(0)..<5 {
                sell(seat, in: &map)
                stand.board.show(map)
            }
            let events = try await viewer.first(2)
            #expect(events.map(\.id) == ["1.0", "1.5"])
            #expect(try events[1].decode(SeatDelta.self).afterSequence == 0)
        }
    }

    @Test func `one that comes back gets what it missed, in one frame`() async throws {
        try await Stand.with { stand in
            var map = try map()
            for seat in SeatIndex(0)..<5 { sell(seat, in: &map) }
            stand.board.show(map)
            let event = try await stand.viewer(at: 2).first(1)[0]
            #expect(event.name == "delta")
            let delta = try event.decode(SeatDelta.self)
            #expect(delta.afterSequence == 2)
            #expect(delta.sequence == 5)
            #expect(delta.changes.map(\.seatIndex) == [2, 3, 4])
        }
    }

    @Test func `one that was away for longer than is known gets the whole map`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map(at: 100))
            let event = try await stand.viewer(at: 50).first(1)[0]
            #expect(event.name == "snapshot")
            #expect(event.id == "1.100")
        }
    }

    @Test func `one that is ahead of this replica waits for it and never goes back`() async throws {
        try await Stand.with { stand in
            var map = try map(at: 5)
            stand.board.show(map)
            let ahead = try await stand.viewer(at: 6)
            let witness = try await stand.viewer()
            _ = try await witness.first(1)
            sell(1, in: &map)
            stand.board.show(map)
            _ = try await witness.first(2)
            sell(2, in: &map)
            stand.board.show(map)
            let event = try await ahead.first(1)[0]
            #expect(event.id == "1.7")
            #expect(try event.decode(SeatDelta.self).changes.map(\.seatIndex) == [2])
        }
    }

    @Test func `a new epoch gives everybody the map anew`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map(at: 9))
            let viewer = try await stand.viewer()
            _ = try await viewer.first(1)
            stand.board.show(try map(epoch: 2, at: 3))
            let events = try await viewer.first(2)
            #expect(events.map(\.name) == ["snapshot", "snapshot"])
            #expect(events.map(\.id) == ["1.9", "2.3"])
        }
    }

    @Test func `a quiet stream shows that it lives, and where it stands`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map(at: 9))
            let viewer = try await stand.viewer()
            _ = try await viewer.first(1)
            stand.board.beat()
            let event = try await viewer.first(2)[1]
            #expect(event.name == "heartbeat")
            #expect(event.id == nil)
            #expect(try event.decode(StreamHeartbeat.self).sequence == 9)
        }
    }

    @Test func `at the end everybody is told why, and so is one who comes later`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map())
            let viewer = try await stand.viewer()
            _ = try await viewer.first(1)
            stand.board.close(.draining)
            let event = try await viewer.first(2)[1]
            #expect(event.name == "closing")
            #expect(try event.decode(StreamClosing.self) == .draining)
            try await eventually("the stream ends") { viewer.isOver }
            #expect(try await stand.viewer().first(1)[0].name == "closing")
            try await eventually("nobody is left") { stand.board.viewerCount == 0 }
        }
    }

    @Test func `a drain ends one share after the other, and the last one ends all`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map())
            var viewers: [EventReader] = []
            for _ in 0..<24 { viewers.append(try await stand.viewer()) }
            for viewer in viewers { _ = try await viewer.first(1) }
            for left in [4, 3, 2] {
                let before = viewers.count { $0.isOver }
                stand.board.close(oneIn: left, .draining)
                // Viewers of each loop are divided for themselves, what does not come out even by chance.
                try await eventually("a share is gone") { viewers.count { $0.isOver } > before }
                #expect(viewers.contains { !$0.isOver })
            }
            stand.board.close(.draining)
            try await eventually("all are gone") { viewers.allSatisfy(\.isOver) }
            for viewer in viewers { #expect(viewer.events.last?.name == "closing") }
        }
    }

    @Test func `who does not read is told so, and does not keep the others waiting`() async throws {
        try await Stand.with { stand in
            let sleeper = try SleepyViewer(port: stand.endpoint.port, path: "/")
            let reader = try await stand.viewer()
            try await eventually("both watch") { stand.board.viewerCount == 2 }
            var epoch: Int64 = 0
            try await eventually("the sleeper is given up") {
                // Each life of the map is a snapshot for everybody.
                epoch += 1
                let states = PackedSeatStates(count: 400_000)
                let position = SeatsPosition(epoch: epoch, sequence: 0)
                guard let map = ChannelMap(SeatSnapshot(states: states, at: position)) else { return true }
                stand.board.show(map)
                // Who reads has it before the next one comes, however busy the machine is.
                let id = "\(epoch).0"
                try await eventually("who reads has it") { reader.events.last?.id == id }
                return stand.board.viewerCount == 1
            }
            #expect(!reader.isOver)
            #expect(sleeper.lastBytes(200).contains("event: closing\ndata: {\"reason\":\"slow\""))
        }
    }

    @Test func `who goes away is no longer counted`() async throws {
        try await Stand.with { stand in
            stand.board.show(try map())
            let viewers = [try await stand.viewer(), try await stand.viewer(), try await stand.viewer()]
            for viewer in viewers { _ = try await viewer.first(1) }
            #expect(stand.board.viewerCount == 3)
            viewers[0].close()
            try await eventually("two are left") { stand.board.viewerCount == 2 }
        }
    }
}
