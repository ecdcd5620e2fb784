import Testing
import Ticketing

/// What changed since a sequence, without a look at all seats.
struct RecentSeatChangesTests {
    @Test func `the seats that changed after a sequence come once each, ascending`() {
        var recent = RecentSeatChanges(since: 10)
        recent.append([7, 3], at: 11)
        recent.append([5], at: 12)
        recent.append([3], at: 13)
        #expect(recent.seats(after: 10) == [3, 5, 7])
        #expect(recent.seats(after: 11) == [3, 5])
        #expect(recent.seats(after: 13) == [])
        #expect(recent.seats(after: 9) == nil)
    }

    @Test func `what is forgotten is forgotten by whole sequences, and never too little is told`() {
        var recent = RecentSeatChanges(since: 0)
        var last: Int64 = 0
        for sequence in Int64(1)...4_000 {
            let seat = SeatIndex(sequence)
            recent.append([seat, seat + 10_000, seat + 20_000], at: sequence)
            last = sequence
            guard recent.since > 0 else { continue }
            #expect(recent.seats(after: recent.since - 1) == nil)
            #expect(recent.seats(after: recent.since)?.count == Int(sequence - recent.since) * 3)
        }
        #expect(recent.since > 0)
        #expect(recent.seats(after: last - 1)?.count == 3)
        #expect(Int(last - recent.since) * 3 >= RecentSeatChanges.keptMin - 3)
    }
}
