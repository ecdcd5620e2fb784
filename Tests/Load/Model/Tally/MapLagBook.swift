public import Ticketing

/// How long after somebody's own answer the viewers saw it: holds by their answers, lapses by their deadlines. Instants
/// are nanoseconds since 1970, by one machine's clock.
public struct MapLagBook: Sendable {
    /// Seats that some delta changed, and when its viewers had it.
    public struct Arrival: Sendable {
        /// The seats that it shows held, and those that it shows free.
        public let held: [SeatIndex]
        public let freed: [SeatIndex]
        /// Those that it shows sold.
        public let sold: [SeatIndex]
        /// When the first viewer had it.
        public let firstAt: Int64
        /// How many viewers had it so many milliseconds after the first.
        public let lateness: [Int]

        /// All members.
        public init(held: [SeatIndex], freed: [SeatIndex], sold: [SeatIndex] = [], firstAt: Int64, lateness: [Int]) {
            self.held = held
            self.freed = freed
            self.sold = sold
            self.firstAt = firstAt
            self.lateness = lateness
        }
    }

    /// A hold that was answered.
    public struct Mark: Sendable {
        public let seats: [SeatIndex]
        public let answeredAt: Int64
        /// When it lapses, unless it is paid.
        public let expiresAt: Int64

        /// All members.
        public init(seats: [SeatIndex], answeredAt: Int64, expiresAt: Int64) {
            self.seats = seats
            self.answeredAt = answeredAt
            self.expiresAt = expiresAt
        }
    }

    private struct Unseen: Hashable {
        let answeredAt: Int64
        let seats: [SeatIndex]
    }

    private struct Sight {
        let at: Int64
        let lateness: [Int]
    }

    /// Of all viewers, in microseconds.
    public private(set) var holds = LatencyHistogram()
    public private(set) var lapses = LatencyHistogram()
    /// The same of each second since 1970 in which a hold was answered.
    public private(set) var seconds: [Int64: LatencyHistogram] = [:]

    private var marks: [SeatIndex: Mark] = [:]
    /// Seen held before the answer was here.
    private var early: [SeatIndex: Sight] = [:]
    private var deadlines: [SeatIndex: Int64] = [:]

    private static let second: Int64 = 1_000_000_000
    /// A delta belongs to an answer of the same seat that is no further away.
    private static let reach = 30 * second

    /// Nothing seen.
    public init() {}

    /// A hold was answered.
    public mutating func note(_ mark: Mark) {
        for seat in mark.seats {
            deadlines[seat] = mark.expiresAt
            if let sight = early.removeValue(forKey: seat), mark.answeredAt - sight.at < Self.reach {
                record(sight, since: mark.answeredAt)
            } else {
                marks[seat] = mark
            }
        }
    }

    /// A delta came.
    public mutating func see(_ arrival: Arrival) {
        let sight = Sight(at: arrival.firstAt, lateness: arrival.lateness)
        for seat in arrival.held {
            if let mark = marks.removeValue(forKey: seat), abs(arrival.firstAt - mark.answeredAt) < Self.reach {
                record(sight, since: mark.answeredAt)
            } else {
                early[seat] = sight
            }
        }
        // Who goes on at once may be seen by what came of the hold alone.
        for seat in arrival.freed + arrival.sold {
            if let mark = marks[seat], arrival.firstAt > mark.answeredAt { marks[seat] = nil }
        }
        for seat in arrival.freed {
            // Freed before its deadline: given back.
            guard let deadline = deadlines.removeValue(forKey: seat), arrival.firstAt >= deadline - Self.second / 2
            else { continue }
            Self.each(sight, since: deadline) { lapses.record($0, times: $1) }
        }
    }

    /// Holds that were answered and that no viewer has seen.
    public var unseen: Int { Set(marks.values.map { Unseen(answeredAt: $0.answeredAt, seats: $0.seats) }).count }

    private mutating func record(_ sight: Sight, since answeredAt: Int64) {
        var second = seconds[answeredAt / Self.second] ?? LatencyHistogram(precisionBits: 4)
        Self.each(sight, since: answeredAt) { microseconds, times in
            holds.record(microseconds, times: times)
            second.record(microseconds, times: times)
        }
        seconds[answeredAt / Self.second] = second
    }

    private static func each(_ sight: Sight, since start: Int64, _ body: (Int64, Int64) -> Void) {
        for (milliseconds, viewers) in sight.lateness.enumerated() where viewers > 0 {
            body((sight.at - start) / 1_000 + Int64(milliseconds) * 1_000, Int64(viewers))
        }
    }
}
