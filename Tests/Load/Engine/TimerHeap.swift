import HeapModule

/// Who is to be woken when, the earliest first.
struct TimerHeap {
    private struct Entry: Comparable {
        let at: Int64
        let token: Int

        static func < (left: Entry, right: Entry) -> Bool { left.at < right.at }
    }

    private var heap = Heap<Entry>()

    /// When the next one is due; nil without any.
    var next: Int64? { heap.min?.at }

    mutating func add(_ token: Int, at time: Int64) {
        heap.insert(Entry(at: time, token: token))
    }

    /// Somebody whose time has come.
    mutating func popDue(_ now: Int64) -> (token: Int, at: Int64)? {
        guard let first = heap.min, first.at <= now else { return nil }
        heap.removeMin()
        return (first.token, first.at)
    }
}
