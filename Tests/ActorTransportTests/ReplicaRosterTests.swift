import HTTP2
import Testing

@testable import ActorTransport

/// Who is asked first, who rests and for how long; the time moves only when told to.
struct ReplicaRosterTests {
    private static let replicas = (1...4).map { Endpoint(host: "10.0.0.\($0)", port: 8081) }
    private let start = ContinuousClock.now
    private let settings = DirectorySettings()

    private func roster(_ count: Int = 4) -> ReplicaRoster {
        var roster = ReplicaRoster(settings: settings)
        roster.replace(by: Array(Self.replicas[..<count]))
        return roster
    }

    private func fail(
        _ roster: inout ReplicaRoster, _ replica: Endpoint, _ fault: ReplicaFault = .unreachable,
        after span: Duration = .zero
    ) -> Duration? {
        roster.failed(replica, fault, at: start + span, jitter: 0)
    }

    // MARK: Rest

    @Test func `who can't be reached is asked last until its rest is over`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        #expect(fail(&roster, usual[0]) == settings.restMin)
        #expect(roster.ranking(for: "a", at: start) == Array(usual[1...]) + [usual[0]])
        #expect(roster.ranking(for: "a", at: start + settings.restMin) == usual)
    }

    @Test func `one broken connection may be chance, a second in a row is not`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        #expect(fail(&roster, usual[0], .brokeOff) == nil)
        #expect(roster.ranking(for: "a", at: start) == usual)
        #expect(fail(&roster, usual[0], .brokeOff) != nil)
    }

    @Test func `an answer between two broken connections parts them`() {
        var roster = roster()
        let first = roster.ranking(for: "a", at: start)[0]
        #expect(fail(&roster, first, .brokeOff) == nil)
        roster.answered(first, at: start)
        #expect(fail(&roster, first, .brokeOff) == nil)
    }

    @Test func `each rest is twice as long as the one before, up to the longest`() {
        var roster = roster()
        var now = Duration.zero
        var rests: [Duration] = []
        for _ in 0..<8 {
            guard let rest = fail(&roster, Self.replicas[0], after: now) else { break }
            rests.append(rest)
            now += rest
        }
        #expect(rests.prefix(5) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(rests.suffix(3) == [settings.restMax, settings.restMax, settings.restMax])
    }

    @Test func `after an answer the rests begin anew`() {
        var roster = roster()
        let first = Self.replicas[0]
        let rest = fail(&roster, first) ?? .zero
        _ = fail(&roster, first, after: rest)
        roster.answered(first, at: start + .seconds(10))
        #expect(fail(&roster, first, after: .seconds(10)) == settings.restMin)
    }

    @Test func `chance shortens a rest by at most a half`() {
        for jitter in [0.0, 0.5, 0.999] {
            var roster = roster()
            let rest = roster.failed(Self.replicas[0], .draining, at: start, jitter: jitter) ?? .zero
            #expect(rest <= settings.restMin && rest > settings.restMin / 2)
        }
    }

    @Test func `calls that fail or are answered while it rests change nothing`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        _ = fail(&roster, usual[0])
        #expect(fail(&roster, usual[0]) == nil)
        roster.answered(usual[0], at: start)
        #expect(roster.ranking(for: "a", at: start).last == usual[0])
        #expect(roster.ranking(for: "a", at: start + settings.restMin) == usual)
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 1), (4, 2)])
    func `never more than half of them rest`(count: Int, resting: Int) {
        var roster = roster(count)
        let ejected = Self.replicas[..<count].count { fail(&roster, $0) != nil }
        #expect(ejected == resting)
        #expect(Set(roster.ranking(for: "a", at: start)) == Set(Self.replicas[..<count]))
    }

    @Test func `who comes back from its rest is tried by one call at a time`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        _ = fail(&roster, usual[0])
        let back = start + settings.restMin
        #expect(roster.ranking(for: "a", at: back) == usual)
        roster.callBegan(usual[0])
        #expect(roster.ranking(for: "a", at: back).last == usual[0])
        roster.callEnded(usual[0])
        roster.answered(usual[0], at: back)
        roster.callBegan(usual[0])
        #expect(roster.ranking(for: "a", at: back) == usual)
    }

    @Test func `a replica that left and came back does not rest`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        _ = fail(&roster, usual[0])
        roster.replace(by: Array(usual[1...]))
        roster.replace(by: Self.replicas)
        #expect(roster.ranking(for: "a", at: start) == usual)
    }

    @Test func `who stays in a list that changes keeps its rest`() {
        var roster = roster()
        let usual = roster.ranking(for: "a", at: start)
        _ = fail(&roster, usual[0])
        roster.replace(by: [usual[0], usual[1]])
        #expect(roster.ranking(for: "a", at: start) == [usual[1], usual[0]])
    }

    // MARK: Load

    @Test func `a hot name stays at its home while the load is light`() {
        var roster = roster()
        let home = roster.ranking(for: "hot", at: start)[0]
        for _ in 0..<settings.inFlightFloor {
            #expect(roster.ranking(for: "hot", at: start)[0] == home)
            roster.callBegan(home)
        }
        #expect(roster.ranking(for: "hot", at: start)[0] != home)
        roster.callEnded(home)
        #expect(roster.ranking(for: "hot", at: start)[0] == home)
    }

    @Test func `who is left out is who the hash puts first, even while that one rests`() {
        var roster = roster()
        let usual = roster.ranking(for: "line", at: start)
        #expect(roster.ranking(for: "line", skipping: 1, at: start) == Array(usual[1...]))
        _ = fail(&roster, usual[0])
        #expect(roster.ranking(for: "line", skipping: 1, at: start) == Array(usual[1...]))
        // Its rest is over, and somebody tries it.
        let later = start + settings.restMin
        roster.callBegan(usual[0])
        #expect(roster.ranking(for: "line", at: later) == Array(usual[1...]) + [usual[0]])
        #expect(roster.ranking(for: "line", skipping: 1, at: later) == Array(usual[1...]))
        _ = fail(&roster, usual[1], after: settings.restMin)
        #expect(roster.ranking(for: "line", skipping: 1, at: later) == [usual[2], usual[3], usual[1]])
        #expect(roster.ranking(for: "line", skipping: 4, at: later) == [])
        var single = self.roster(1)
        #expect(single.ranking(for: "line", skipping: 1, at: start) == [])
        single.replace(by: [])
        #expect(single.ranking(for: "line", skipping: 1, at: start) == [])
    }

    @Test func `calls that are to meet ask the home of the name however busy it is, unless it rests`() {
        var roster = roster()
        let usual = roster.ranking(for: "line", at: start)
        for _ in 0..<(settings.inFlightFloor * 8) { roster.callBegan(usual[0]) }
        #expect(roster.ranking(for: "line", at: start)[0] != usual[0])
        #expect(roster.ranking(for: "line", meeting: true, at: start) == usual)
        _ = fail(&roster, usual[0])
        #expect(roster.ranking(for: "line", meeting: true, at: start) == Array(usual[1...]) + [usual[0]])
    }

    @Test func `a crowd for one name spreads until nobody has much more than its share`() {
        var roster = roster()
        var counts: [Endpoint: Int] = [:]
        for _ in 0..<4_000 {
            let replica = roster.ranking(for: "hot", at: start)[0]
            roster.callBegan(replica)
            counts[replica, default: 0] += 1
        }
        #expect(counts.values.reduce(0, +) == 4_000)
        #expect(counts.values.allSatisfy { $0 <= 1_252 }, "\(counts)")
        #expect(counts[roster.ranking(for: "hot", at: start)[0], default: 0] < 1_252)
    }

    @Test func `who is overloaded is asked before those who rest`() {
        var roster = roster(2)
        let usual = roster.ranking(for: "a", at: start)
        for _ in 0..<(settings.inFlightFloor * 2) { roster.callBegan(usual[0]) }
        _ = fail(&roster, usual[1])
        #expect(roster.ranking(for: "a", at: start) == usual)
    }

    @Test func `a call to a replica that left is counted for nobody`() {
        var roster = roster(1)
        roster.callBegan(Self.replicas[3])
        roster.callEnded(Self.replicas[3])
        roster.callEnded(Self.replicas[0])
        #expect(fail(&roster, Self.replicas[3]) == nil)
        #expect(roster.ranking(for: "a", at: start) == [Self.replicas[0]])
    }

    @Test func `a failure is a reason to ask for the addresses at once, and once`() {
        let directory = ReplicaDirectory(Self.replicas)
        #expect(!directory.takeDoubt())
        directory.failed(Self.replicas[0], .brokeOff)
        directory.failed(Self.replicas[0], .brokeOff)
        #expect(directory.takeDoubt())
        #expect(!directory.takeDoubt())
    }

    @Test func `nobody is known, nobody is asked`() {
        #expect(ReplicaRoster().ranking(for: "a", at: start).isEmpty)
    }
}
