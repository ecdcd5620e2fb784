import Testing
import WaitingRoom
import Wire

/// Who of a line is there.
struct PresenceTests {
    private let start = ContinuousClock.now

    private func bits(_ numbers: some Sequence<Int64>) -> PresenceBits {
        var bits = PresenceBits()
        for number in numbers { bits.insert(number) }
        return bits
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1_000] as [Int64])
    func `a report holds whom a gateway has seen from a number on`(first: Int64) throws {
        let seen = bits([1, 2, 63, 64, 128, 1_000, 99_999])
        let report = seen.report(from: first, isWhole: true)
        let read = try #require(PresenceBits(report))
        for number in Int64(0)...100_100 where number >= first {
            #expect(read.contains(number) == seen.contains(number), "\(number)")
        }
        #expect(report.isWhole)
    }

    @Test func `a report of others than a line's entries is none`() {
        for report in [
            PresenceReport(first: -64, bits: "", isWhole: true), PresenceReport(first: 1, bits: "", isWhole: true),
            PresenceReport(first: 0, bits: "!", isWhole: true),
            PresenceReport(first: 4_000_000, bits: "AAAA", isWhole: true),
            PresenceReport(first: .max - 63, bits: "AAAA", isWhole: true),
        ] {
            #expect(PresenceBits(report) == nil)
        }
        var bits = PresenceBits()
        bits.insert(-1)
        bits.insert(PresenceBits.numbersMax + 1)
        #expect(bits.count == 0)
        #expect(!bits.contains(-1))
    }

    @Test func `marks tell who was seen since`() {
        var marks = PresenceMarks()
        marks.see(5, at: 10)
        marks.see(3_000, at: 70)
        marks.see(5, at: 20)
        marks.see(-4, at: 70)
        marks.see(PresenceBits.numbersMax + 1, at: 70)
        #expect(marks.seen(after: 9, from: 0).count == 2)
        #expect(marks.seen(after: 20, from: 0).count == 1)
        #expect(marks.seen(after: 9, from: 6).count == 1)
        #expect(marks.seen(after: 70, from: 0).count == 0)
    }

    @Test func `while nobody can know who is away, everybody counts`() {
        var board = PresenceBoard(away: .seconds(60))
        #expect(board.presence(at: start).counts(7))
        board.take(bits([1]).report(from: 0, isWhole: true), of: "a", at: start)
        // This process is young: it may not have heard of every gateway.
        #expect(board.presence(at: start + .seconds(2)).counts(7))
        #expect(!board.presence(at: start + .seconds(3)).counts(7))
        #expect(board.presence(at: start + .seconds(3)).counts(1))

        var young = PresenceBoard(away: .seconds(60))
        for second in 0..<10 {
            young.take(bits([1]).report(from: 0, isWhole: false), of: "a", at: start + .seconds(second))
        }
        #expect(young.presence(at: start + .seconds(9)).counts(7))
    }

    @Test func `whom a gateway had seen that died counts until they had the time to come elsewhere`() {
        var board = PresenceBoard(away: .seconds(60))
        board.take(bits([1]).report(from: 0, isWhole: true), of: "a", at: start)
        board.take(bits([2]).report(from: 0, isWhole: true), of: "b", at: start)
        let later = start + .seconds(60)
        board.take(bits([3]).report(from: 0, isWhole: true), of: "a", at: later)
        let then = board.presence(at: later)
        #expect(!then.counts(1) && then.counts(2) && then.counts(3))
        let end = later + .seconds(1)
        board.take(bits([3]).report(from: 0, isWhole: true), of: "a", at: end)
        #expect(!board.presence(at: end).counts(2))
    }

    @Test func `who has not heard of anybody for long listens anew before anybody is taken for gone`() {
        var board = PresenceBoard(away: .seconds(60))
        for gateway in ["a", "b"] {
            board.take(bits([1, 2]).report(from: 0, isWhole: true), of: gateway, at: start)
        }
        let later = start + .seconds(61)
        // One of the gateways reports first: what the other one sees is not known yet.
        board.take(bits([1]).report(from: 0, isWhole: true), of: "a", at: later)
        #expect(board.presence(at: later).counts(2))
        #expect(board.presence(at: later + .seconds(2)).counts(2))
        board.take(bits([2]).report(from: 0, isWhole: true), of: "b", at: later + .seconds(2))
        let then = board.presence(at: later + .seconds(3))
        #expect(then.counts(1) && then.counts(2) && !then.counts(3))
    }

    @Test func `a report that can't be read makes nobody absent by itself`() {
        var board = PresenceBoard(away: .seconds(60))
        let bad = PresenceReport(first: 0, bits: "?", isWhole: true)
        for second in 0...5 { board.take(bad, of: "a", at: start + .seconds(second)) }
        #expect(board.presence(at: start + .seconds(5)).counts(1))
    }

    @Test func `a curve tells how many are there up to any position`() {
        // Two of three are there.
        let waiting = Int64(30_000)
        let curve = PresenceCurve(of: waiting) { $0 % 3 != 0 }
        #expect(curve.counts.first == 0 && curve.counts.last == 20_000)
        let forecast = Samples.forecast(present: curve.counts)
        for position in stride(from: Int64(0), through: waiting, by: 997) {
            #expect(abs(forecast.present(ahead: position, of: waiting) - Double(position) * 2 / 3) < 2)
        }
        // Who came since is there.
        #expect(forecast.present(ahead: waiting + 5, of: waiting) == 20_005)
        #expect(PresenceCurve(of: 0) { _ in true }.counts == [0, 0])
        #expect(PresenceCurve(of: 1) { _ in true }.counts == [0, 1])
    }
}
