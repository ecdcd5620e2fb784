import Ticketing

/// Requests that want the same seats at the same moment. Of a seat's rivals one asks the ledger, the others wait for what
/// becomes of it: most lose, and learn that without a batch of their own.
///
/// Where nobody got the seat (those who asked were at their limit, or cool down), twice as many ask the next time, so
/// that thousands are through in a few rounds. Pure: whoever waits is the caller's to keep asleep and to wake.
struct SeatRivals<Waiter> {
    /// Rivals for one seat that ask at once, at most.
    static var roundMax: Int { 256 }
    /// How often a request for several seats waits: it may meet a contest at each of them, time and again.
    static var waitsMax: Int { 3 }

    /// What a request may do.
    enum Turn: Equatable {
        /// Ask: its seats count as asked for until `finish`.
        case ask
        /// Wait until it is woken for this seat.
        case wait(for: SeatIndex)
    }

    private struct Contest {
        var asking = 0
        var round = 1
        var waiting: [Waiter] = []
    }

    private var contests: [SeatIndex: Contest] = [:]
    /// How many wait, over all seats.
    private(set) var waitingCount = 0

    /// A request wants seats now, and has waited so often before.
    mutating func begin(_ seats: [SeatIndex], waits: Int = 0) -> Turn {
        let mayWait = seats.count == 1 || waits < Self.waitsMax
        if mayWait, let full = seats.first(where: { isFull($0) }) { return .wait(for: full) }
        for seat in seats { contests[seat, default: Contest()].asking += 1 }
        return .ask
    }

    /// A request sleeps until it is woken for the seat that `begin` named.
    mutating func wait(_ waiter: Waiter, for seat: SeatIndex) {
        contests[seat, default: Contest()].waiting.append(waiter)
        waitingCount += 1
    }

    /// A request that was woken for a seat looks again: from waking to here it counted as one that asks. `settle` is
    /// to be called when it has decided what it does.
    mutating func arrive(at seat: SeatIndex) {
        contests[seat]?.asking -= 1
    }

    /// A request that was woken for a seat has decided; where it asks for other seats, or for none, others have its turn.
    mutating func settle(at seat: SeatIndex) -> [Waiter] {
        guard contests[seat]?.asking == 0 else { return [] }
        return wakeRound(at: seat)
    }

    /// What a request asked for is known. Where its seats are lost to the others, all of them may learn it.
    mutating func finish(_ seats: [SeatIndex], areLost: Bool) -> [Waiter] {
        var woken: [Waiter] = []
        for seat in seats {
            guard var contest = contests[seat] else { continue }
            contest.asking -= 1
            if areLost {
                contest.round = 1
            } else if contest.asking == 0 {
                contest.round = min(contest.round * 2, Self.roundMax)
            }
            contests[seat] = contest
            if areLost {
                woken += wake(contest.waiting.count, at: seat)
            } else if contest.asking == 0 {
                woken += wakeRound(at: seat)
            }
        }
        return woken
    }

    private func isFull(_ seat: SeatIndex) -> Bool {
        contests[seat].map { $0.asking >= $0.round } ?? false
    }

    private mutating func wakeRound(at seat: SeatIndex) -> [Waiter] {
        wake(contests[seat]?.round ?? 0, at: seat)
    }

    /// Wakes the first `count`: until they arrive they count as those that ask.
    private mutating func wake(_ count: Int, at seat: SeatIndex) -> [Waiter] {
        guard var contest = contests[seat] else { return [] }
        let woken = Array(contest.waiting.prefix(count))
        contest.waiting.removeFirst(woken.count)
        contest.asking += woken.count
        waitingCount -= woken.count
        contests[seat] = contest.asking == 0 && contest.waiting.isEmpty ? nil : contest
        return woken
    }
}
