/// What a search knows of each seat of one run; used again for every run.
struct RunMarks {
    static let free: UInt8 = 1
    static let eligible: UInt8 = 2
    static let accessible: UInt8 = 4

    private var marks: [UInt8] = []

    mutating func fill(_ count: Int, _ mark: (Int) -> UInt8) {
        marks.removeAll(keepingCapacity: true)
        for position in 0..<count { marks.append(mark(position)) }
    }

    /// Calls `body` with the start of every group of `quantity` eligible neighbours, with how many single free seats
    /// the group would leave beside it, and how many of its seats are accessible.
    func forEachGroup(of quantity: Int, _ body: (_ start: Int, _ orphans: Int, _ accessible: Int) -> Void) {
        var streak = 0
        var accessible = 0
        for end in marks.indices {
            guard marks[end] & Self.eligible != 0 else {
                streak = 0
                accessible = 0
                continue
            }
            streak += 1
            accessible += isAccessible(end)
            if streak > quantity { accessible -= isAccessible(end - quantity) }
            guard streak >= quantity else { continue }
            let start = end - quantity + 1
            body(start, isOrphan(start - 1, beyond: start - 2) + isOrphan(end + 1, beyond: end + 2), accessible)
        }
    }

    /// The most eligible neighbours; of those with an accessible seat where one is needed.
    func longestGroup(needsAccessible: Bool) -> Int {
        var longest = 0
        var streak = 0
        var accessible = 0
        for mark in marks {
            streak = mark & Self.eligible != 0 ? streak + 1 : 0
            accessible = streak == 0 ? 0 : accessible + (mark & Self.accessible != 0 ? 1 : 0)
            if accessible > 0 || !needsAccessible { longest = max(longest, streak) }
        }
        return longest
    }

    private func isAccessible(_ position: Int) -> Int { marks[position] & Self.accessible != 0 ? 1 : 0 }

    private func isFree(_ position: Int) -> Bool {
        marks.indices.contains(position) && marks[position] & Self.free != 0
    }

    private func isOrphan(_ position: Int, beyond: Int) -> Int { isFree(position) && !isFree(beyond) ? 1 : 0 }
}
