import Ticketing

/// The choices of one batch, one after the other on one map: what the first is given, the second can't have. Pure.
struct SeatChoices: Sendable {
    private var states: PackedSeatStates
    private let now: Timestamp
    /// By item: who, and how many seats they may still have; nil for those who get none.
    private var customers: [CustomerID] = []
    private var mayChoose: [Bool] = []
    private var seatsLeft: [CustomerID: Int] = [:]
    private var next = 0
    /// What was looked for in vain since a seat was last given.
    private var refusals: [String: SeatChoice] = [:]

    /// `now` is the database's time that the map, and who may choose, are judged by.
    init(states: PackedSeatStates, now: Timestamp) {
        self.states = states
        self.now = now
    }

    /// Whether seats are held: some of them may be past their deadline.
    var hasHeldSeats: Bool { states.counts()[Int(SeatState.held.rawValue)] > 0 }

    /// The next item's customer, and how many seats they may still have; nil for an item that gets none.
    mutating func add(customer: CustomerID, seatsLeft left: Int?) {
        customers.append(customer)
        mayChoose.append(left != nil)
        if let left { seatsLeft[customer] = left }
    }

    /// These are free after all.
    mutating func free(_ seats: [SeatIndex]) {
        for seat in seats where Int(seat) < states.count && states[Int(seat)] == .held {
            states[Int(seat)] = .available
        }
    }

    /// The next item, with its choice where it may have one.
    mutating func chosen(_ item: SeatChoiceItem) -> SeatChoiceItem {
        defer { next += 1 }
        var item = item
        item.decidedAt = now
        let customer = customers[next]
        guard mayChoose[next], let left = seatsLeft[customer], item.quantity <= left else { return item }
        let choice = refusals[item.wish] ?? item.choose(states)
        item.choice = choice
        switch choice {
        case .seats(let seats):
            seatsLeft[customer] = left - seats.count
            for seat in seats { states[Int(seat)] = .held }
            refusals = [:]
        case .notEnough: refusals[item.wish] = choice
        }
        return item
    }
}

extension SeatChoiceItem {
    /// Whether seats were looked for and not found.
    var isRefused: Bool {
        if case .notEnough = choice { true } else { false }
    }
}
