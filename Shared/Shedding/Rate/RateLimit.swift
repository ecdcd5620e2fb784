/// So many things a second for each of any number of keys, some at once, in a table that never grows.
///
/// Each key has a cell in either of two rows, chosen by its hash, and a cell holds until when what was taken from it lasts
/// (the generic cell rate algorithm). Two keys may share a cell, hardly ever both; the emptier of a key's cells counts, so
/// that it takes two busy strangers to be in somebody's way. Who comes with a million keys fills cells, and no memory.
struct RateLimit {
    /// What one key may take.
    struct Rate: Sendable, Hashable {
        /// In the long run.
        let perSecond: Double
        /// At once.
        let burst: Int
    }

    private let mask: UInt64
    /// The time for which one thing lasts, in nanoseconds.
    private let span: Int64
    /// How far a cell may be filled beyond this instant for one more to be granted.
    private let ahead: Int64
    private var rows: [[Int64]]

    /// `cells` in each row: a power of two.
    init(_ rate: Rate, cells: Int) {
        precondition(cells > 0 && cells & (cells - 1) == 0, "\(cells) cells are no power of two")
        precondition(rate.perSecond > 0 && rate.burst > 0, "a rate that grants nothing")
        mask = UInt64(cells - 1)
        span = max(1, Int64(1e9 / rate.perSecond))
        ahead = span * Int64(rate.burst - 1)
        rows = [[Int64](repeating: .min, count: cells), [Int64](repeating: .min, count: cells)]
    }

    /// Takes one thing for a key's hash: 0 if it is granted, else the nanoseconds until one would be.
    mutating func take(_ hash: UInt64, at now: Int64) -> Int64 {
        let first = Int(hash & mask)
        let second = Int(hash >> 32 & mask)
        let taken = max(now, min(rows[0][first], rows[1][second]))
        guard taken - now <= ahead else { return taken - now - ahead }
        // A cell that a busier stranger filled further stays as it is.
        rows[0][first] = max(rows[0][first], taken + span)
        rows[1][second] = max(rows[1][second], taken + span)
        return 0
    }
}
