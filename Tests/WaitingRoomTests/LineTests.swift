import Testing
import Ticketing
import WaitingRoom
import Wire

/// Who stands where, and who was called when.
struct LineTests {
    private static let listed = Int64(40)

    private func line(steps: Int = 0, ranked: Bool = true) throws -> Line {
        let history = steps > 0 ? Samples.steps(steps, of: 10) : []
        var line = Line(
            Samples.standing(
                listed: Self.listed, entries: 100, front: Int64(steps) * 10, at: Samples.after(Int64(steps))),
            steps: history)
        if ranked {
            line.use(Ranking(of: Samples.entries(Int(Self.listed)), by: try #require(Samples.seed)))
        }
        return line
    }

    @Test func `before the opening nobody has a position`() {
        for state in [WaitingRoomState.gathering, .ranking] {
            let line = Line(Samples.standing(state, listed: 40, entries: 100), steps: [])
            for number in [Int64(1), 40, 41, 100] { #expect(line.place(of: number, at: Samples.noon) == .gathering) }
        }
    }

    @Test func `until the order of the list is known, only those behind it have a position`() throws {
        var line = try line(ranked: false)
        #expect(line.needsRanking)
        #expect(line.place(of: 40, at: Samples.noon) == .gathering)
        #expect(line.place(of: 41, at: Samples.noon) == .waiting(position: 41, ahead: 40))
        line.use(Ranking(of: Samples.entries(40), by: try #require(Samples.seed)))
        #expect(!line.needsRanking)
        #expect(Set((1...40).compactMap { line.position(of: $0) }) == Set(1...40))
    }

    @Test func `after the opening nobody is ever called before who came earlier`() throws {
        for steps in 0...9 {
            let line = try line(steps: steps)
            let places = (Self.listed + 1...100).map { line.place(of: $0, at: Samples.after(Int64(steps))) }
            for (earlier, later) in zip(places, places.dropFirst()) { #expect(order(of: earlier) <= order(of: later)) }
        }
    }

    // Called in this order: those who were, by when, and then those who wait, by their position.
    private func order(of place: Place) -> Int64 {
        switch place {
        case .expired: 0
        case .admitted(let calledAt, _): calledAt.unixMicroseconds - Samples.noon.unixMicroseconds
        case .waiting(let position, _): 1_000_000_000_000 + position
        case .gathering: .max
        }
    }

    @Test func `a turn lasts from its step for as long as it may, for whoever asks and however often`() throws {
        let line = try line(steps: 8)
        let last = Samples.after(5).advanced(bySeconds: 600)
        for second in [Int64(8), 300, 604] {
            #expect(
                line.place(of: 45, at: Samples.after(second))
                    == .admitted(calledAt: Samples.after(5), until: last))
        }
        #expect(line.place(of: 45, at: last) == .expired)
        #expect(line.place(of: 81, at: Samples.after(8)) == .waiting(position: 1, ahead: 0))
        #expect(line.waitingCount == 20)
    }

    @Test func `what was called stays called, whichever reading comes last`() throws {
        var line = try line(steps: 8)
        line.follow(Samples.standing(listed: 40, entries: 90, at: Samples.after(3)), steps: Samples.steps(3, of: 10))
        #expect(line.history.front == 80)
        #expect(line.standing.entryCount == 100)
    }

    @Test func `steps that matter no more are dropped, and who was called by them is too late`() throws {
        var line = try line(steps: 8)
        let much = Samples.after(7_300)
        line.follow(Samples.standing(listed: 40, entries: 100, front: 80, at: much), steps: [])
        #expect(line.history.steps.count == 1)
        #expect(line.place(of: 70, at: much) == .expired)
        #expect(line.place(of: 45, at: much) == .expired)
        #expect(line.place(of: 81, at: much) == .waiting(position: 1, ahead: 0))
    }

    @Test func `a turn whose time is made longer goes on, for whoever has followed the line so far`() throws {
        var line = try line(steps: 8)
        line.follow(Samples.standing(listed: 40, entries: 100, front: 80, at: Samples.after(700)), steps: [])
        #expect(line.place(of: 45, at: Samples.after(700)) == .expired)
        var longer = Samples.standing(listed: 40, entries: 100, front: 80, at: Samples.after(710))
        longer.admissionSeconds = 7_200
        line.follow(longer, steps: [])
        #expect(
            line.place(of: 45, at: Samples.after(710))
                == .admitted(calledAt: Samples.after(5), until: Samples.after(7_205)))
    }

    @Test func `a ledger that was put back to an earlier state puts the line back`() throws {
        var line = try line(steps: 8)
        line.follow(Samples.standing(listed: 40, entries: 100, front: 50, at: Samples.after(60)), steps: [])
        #expect(line.history.last?.sequence == 5)
        #expect(line.place(of: 75, at: Samples.after(60)) == .waiting(position: 25, ahead: 24))
        let next = LineStep(sequence: 6, front: 75, admittedCount: 75, steppedAt: Samples.after(61))
        line.follow(Samples.standing(listed: 40, entries: 100, front: 75, at: Samples.after(61)), steps: [next])
        #expect(
            line.place(of: 75, at: Samples.after(61))
                == .admitted(calledAt: Samples.after(61), until: Samples.after(661)))
        #expect(!line.needsRanking)
        // Another list is ranked anew.
        var standing = line.standing
        for (second, hash) in [(Int64(62), "a"), (63, "b")] {
            standing.published.listHash = hash
            standing.readAt = Samples.after(second)
            line.follow(standing, steps: [])
        }
        #expect(line.needsRanking)
    }

    @Test func `a process that begins later is told all that matters`() throws {
        let old = try line(steps: 8)
        var young = Line(old.standing, steps: old.history.steps(after: nil))
        young.use(try #require(old.ranking))
        for number in Int64(1)...100 {
            #expect(young.place(of: number, at: Samples.after(9)) == old.place(of: number, at: Samples.after(9)))
        }
        #expect(old.history.steps(after: 6).map(\.sequence) == [7, 8])
        #expect(old.history.steps(after: 8) == [])
    }

    @Test func `who was called lately is counted`() throws {
        let history = try line(steps: 8).history
        #expect(history.admitted(since: Samples.after(6)) == 20)
        #expect(history.admitted(since: Samples.after(0)) == 80)
        #expect(history.admitted(since: Samples.after(8)) == 0)
        #expect(FrontHistory().admitted(since: Samples.noon) == 0)
        #expect(FrontHistory().call(of: 1) == .notYet)
    }
}
