import HeapModule

/// The pending timers of a loop, earliest first; those of one instant in the order of their making.
struct TimerQueue {
    private struct Entry: Comparable {
        let deadline: ContinuousClock.Instant
        let timer: LoopTimer

        static func < (left: Entry, right: Entry) -> Bool {
            left.deadline == right.deadline ? left.timer.id < right.timer.id : left.deadline < right.deadline
        }
    }

    private var heap = Heap<Entry>()
    private var pending: Set<LoopTimer> = []
    private var lastID: UInt64 = 0

    /// How many entries are kept, cancelled ones among them.
    var count: Int {
        heap.count
    }

    var isEmpty: Bool {
        pending.isEmpty
    }

    mutating func add(_ deadline: ContinuousClock.Instant) -> LoopTimer {
        lastID += 1
        let timer = LoopTimer(id: lastID)
        heap.insert(Entry(deadline: deadline, timer: timer))
        pending.insert(timer)
        return timer
    }

    /// Cancelled entries stay in the heap until they are due, or until they outnumber the others.
    mutating func cancel(_ timer: LoopTimer) {
        guard pending.remove(timer) != nil, heap.count > 2 * pending.count + 64 else { return }
        heap = Heap(heap.unordered.filter { pending.contains($0.timer) })
    }

    mutating func popDue(_ now: ContinuousClock.Instant) -> LoopTimer? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if pending.remove(first.timer) != nil { return first.timer }
        }
        return nil
    }

    /// Milliseconds to sleep, rounded up so that the timer is due when the sleep ends; `nil` without a timer.
    mutating func millisecondsToNext(from now: ContinuousClock.Instant) -> Int32? {
        while let first = heap.min {
            guard pending.contains(first.timer) else {
                heap.removeMin()
                continue
            }
            guard first.deadline > now else { return 0 }
            let (seconds, attoseconds) = (first.deadline - now).components
            let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
            return Int32(min(milliseconds, 60_000))
        }
        return nil
    }
}
