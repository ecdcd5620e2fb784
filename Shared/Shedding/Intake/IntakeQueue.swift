import DequeModule

/// Requests that wait for a place, each priority in the order in which it came.
struct IntakeQueue<Waiter> {
    struct Entry {
        let waiter: Waiter
        let cameAt: Int64
        /// When its caller stops waiting.
        let deadline: Int64
    }

    private var lines = [Deque<Entry>](repeating: [], count: RequestPriority.count)
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// How many of a priority wait.
    func count(of priority: RequestPriority) -> Int { lines[priority.rank].count }

    /// The first priority that somebody waits with.
    var first: RequestPriority? { RequestPriority.allCases.first { !lines[$0.rank].isEmpty } }

    /// The last priority that somebody waits with.
    var last: RequestPriority? { RequestPriority.allCases.last { !lines[$0.rank].isEmpty } }

    /// The last priority that more than one waits with, those apart that are critical.
    var lastCrowded: RequestPriority? {
        RequestPriority.allCases.last { $0 != .critical && lines[$0.rank].count > 1 }
    }

    /// Whether somebody waits who is to be served before a newcomer of this priority, or together with it.
    func hasSomebody(before priority: RequestPriority) -> Bool {
        !isEmpty && lines[...priority.rank].contains { !$0.isEmpty }
    }

    /// How many wait who are to be served before a newcomer of this priority.
    func count(before priority: RequestPriority) -> Int {
        isEmpty ? 0 : lines[...priority.rank].reduce(0) { $0 + $1.count }
    }

    /// The one of a priority who came first.
    func oldest(of priority: RequestPriority) -> Entry? { lines[priority.rank].first }

    mutating func add(_ waiter: Waiter, of priority: RequestPriority, deadline: Int64, at now: Int64) {
        lines[priority.rank].append(Entry(waiter: waiter, cameAt: now, deadline: deadline))
        count += 1
    }

    mutating func takeOldest(of priority: RequestPriority) -> Entry? { taken(lines[priority.rank].popFirst()) }

    private mutating func taken(_ entry: Entry?) -> Entry? {
        if entry != nil { count -= 1 }
        return entry
    }
}
