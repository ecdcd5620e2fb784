import DequeModule
public import Ticketing

/// The seats as those who come see them: the newest map that anybody was given, and what they did themselves since.
public struct SeatBoard: Sendable {
    /// Whether there is a waiting room, in which everybody waits before a hold.
    public let hasRoom: Bool
    /// How many seats there are.
    public let seatCount: Int
    /// How many are free, as far as is known.
    public private(set) var freeCount: Int
    private var states: PackedSeatStates
    /// Seats that are free again at an instant unless somebody holds them anew, in the order of the instants.
    private var lapses: Deque<(at: Int64, seats: [SeatIndex])> = []

    private static let guessesMax = 32

    /// All seats free.
    public init(seatCount: Int, hasRoom: Bool = false) {
        precondition(seatCount > 0, "a board without seats")
        self.seatCount = seatCount
        self.hasRoom = hasRoom
        freeCount = seatCount
        states = PackedSeatStates(count: seatCount)
    }

    /// A map came.
    public mutating func read(_ map: PackedSeatStates) {
        guard map.count == seatCount else { return }
        states = map
        freeCount = map.counts()[Int(SeatState.available.rawValue)]
    }

    /// Somebody of ours got seats, or was told that they are taken.
    public mutating func took(_ seats: [SeatIndex]) { set(seats, to: .held) }

    /// The same where holds lapse, as nobody pays: at an instant that is never earlier than the one before, by the clock
    /// of ``lapse(until:)``.
    public mutating func took(_ seats: [SeatIndex], until lapse: Int64) {
        took(seats)
        lapses.append((lapse, seats))
    }

    /// What lapsed by now is free, as far as is known.
    public mutating func lapse(until now: Int64) {
        while let first = lapses.first, first.at <= now {
            lapses.removeFirst()
            freed(first.seats)
        }
    }

    /// Somebody of ours gave seats back.
    public mutating func freed(_ seats: [SeatIndex]) { set(seats, to: .available) }

    /// So many seats in a row that look free, else so many that look free; nil where there are not so many.
    public func pick(_ count: Int, near: NearWhat, _ random: inout SeededRandom) -> [SeatIndex]? {
        guard count <= freeCount, count <= seatCount else { return nil }
        // A guess is nearly always right while most seats are free.
        for _ in 0..<Self.guessesMax {
            let start = place(near, &random)
            if start + count <= seatCount, (start..<start + count).allSatisfy({ states[$0] == .available }) {
                return (start..<start + count).map { SeatIndex($0) }
            }
        }
        return row(of: count, from: place(near, &random)) ?? scattered(count, from: place(near, &random))
    }

    /// Where people begin to look.
    public enum NearWhat: Sendable {
        case anywhere
        /// Half of them look at the first eighth.
        case theFront
    }

    private func place(_ near: NearWhat, _ random: inout SeededRandom) -> Int {
        let share = random.share()
        return Int(Double(seatCount) * (near == .theFront ? share * share * share : share))
    }

    private func row(of count: Int, from start: Int) -> [SeatIndex]? {
        var run = 0
        for step in 0..<seatCount {
            let seat = (start + step) % seatCount
            if seat == 0 { run = 0 }
            run = states[seat] == .available ? run + 1 : 0
            if run == count { return (seat - count + 1...seat).map { SeatIndex($0) } }
        }
        return nil
    }

    private func scattered(_ count: Int, from start: Int) -> [SeatIndex]? {
        var found: [SeatIndex] = []
        for step in 0..<seatCount where found.count < count {
            let seat = (start + step) % seatCount
            if states[seat] == .available { found.append(SeatIndex(seat)) }
        }
        return found.count == count ? found.sorted() : nil
    }

    private mutating func set(_ seats: [SeatIndex], to state: SeatState) {
        for seat in seats where seat >= 0 && Int(seat) < seatCount && states[Int(seat)] != state {
            if states[Int(seat)] == .available { freeCount -= 1 }
            if state == .available { freeCount += 1 }
            states[Int(seat)] = state
        }
    }
}
