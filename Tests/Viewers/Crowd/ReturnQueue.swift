/// Who comes when, to within ten milliseconds.
struct ReturnQueue {
    private static let grain: Int64 = 10_000_000

    private var waiting: [Int64: [Int]] = [:]
    private var due: [Int] = []
    private var reached: Int64 = -1

    mutating func add(_ viewer: Int, at time: Int64) {
        waiting[max(time / Self.grain, reached + 1), default: []].append(viewer)
    }

    /// Somebody whose time has come.
    mutating func next(at now: Int64) -> Int? {
        let place = now / Self.grain
        if due.isEmpty, place > reached {
            for time in waiting.keys.filter({ $0 <= place }).sorted() { due += waiting.removeValue(forKey: time) ?? [] }
            reached = place
            due.reverse()
        }
        return due.popLast()
    }
}
