/// Requests that were let in and did not arrive yet: their heads are there, and their turn to begin, or the rest of their
/// body, is still to come. Each counts for a moment only, so that who never sends the rest is in nobody's way.
struct ExpectedRequests {
    /// One counts for as long as this at least, and twice as long at most.
    private static let spanNanoseconds: Int64 = 10_000_000

    private var beganAt = Int64.min
    /// By rank, of this span and of the one before it.
    private var newer = [Int](repeating: 0, count: RequestPriority.count)
    private var older = [Int](repeating: 0, count: RequestPriority.count)
    private(set) var count = 0

    /// How many are expected that are served before a newcomer of this priority, or together with it.
    func count(before priority: RequestPriority) -> Int {
        guard count > 0 else { return 0 }
        return (0...priority.rank).reduce(0) { $0 + newer[$1] + older[$1] }
    }

    /// One is let in.
    mutating func letIn(_ priority: RequestPriority) {
        newer[priority.rank] += 1
        count += 1
    }

    /// One arrived; it may have been forgotten by now.
    mutating func arrived(_ priority: RequestPriority) {
        if older[priority.rank] > 0 {
            older[priority.rank] -= 1
        } else if newer[priority.rank] > 0 {
            newer[priority.rank] -= 1
        } else {
            return
        }
        count -= 1
    }

    /// Forgets those who should be there.
    mutating func timePassed(at now: Int64) {
        guard count > 0 else {
            beganAt = now
            return
        }
        let elapsed = now - beganAt
        guard elapsed >= Self.spanNanoseconds else { return }
        count -= older.reduce(0, +)
        swap(&older, &newer)
        if elapsed >= 2 * Self.spanNanoseconds {
            count = 0
            clear(&older)
        }
        clear(&newer)
        beganAt = now
    }

    private func clear(_ counts: inout [Int]) {
        for index in counts.indices { counts[index] = 0 }
    }
}
