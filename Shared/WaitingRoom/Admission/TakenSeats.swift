import Ticketing
import Wire

/// Which seats those took who were called in the last minutes: as far as this process saw it happen, and as it has most
/// likely been before.
struct TakenSeats {
    // So many seconds are looked back at, as long as anybody takes to choose.
    private static let memorySeconds: Int64 = 120

    /// What was taken, and by how many who were called, when this process began to look: how much each of them took says
    /// nothing of those to come.
    private(set) var start = (taken: 0, decided: Int64(0))
    private var counts: [(at: Timestamp, count: Int)] = []

    /// So many seats are taken now. `since`: who was called later may still choose.
    mutating func follow(_ taken: Int, at now: Timestamp, _ history: FrontHistory, since: Timestamp, usualSeats: Double)
    {
        if counts.isEmpty { begin(taken, history, since: since, usualSeats: usualSeats) }
        counts.append((now, taken))
        let oldest = now.advanced(bySeconds: -Self.memorySeconds)
        while let first = counts.first, first.at < oldest { counts.removeFirst() }
    }

    /// How many of the seats that are taken were so at an instant already.
    func count(at instant: Timestamp) -> Int {
        counts.first { $0.at >= instant }?.count ?? counts.last?.count ?? 0
    }

    /// Whoever goes on for another process has not seen who took what. Those who had the time to choose took what is usual;
    /// what is taken beyond that those have who were called since, in their turn, up to what is usual: they will not take
    /// it once more.
    private mutating func begin(_ taken: Int, _ history: FrontHistory, since: Timestamp, usualSeats: Double) {
        let undecided = history.admitted(since: since)
        let decided = (history.last?.admittedCount ?? 0) - undecided
        let lately = min(max(0, Double(taken) - Double(decided) * usualSeats), Double(undecided) * usualSeats)
        let before = taken - Int(lately)
        start = (before, decided)
        var called = decided
        for step in history.steps where step.steppedAt > since {
            counts.append((step.steppedAt, before + Int(lately * Double(called - decided) / Double(undecided))))
            called = step.admittedCount
        }
    }
}
