public import Ticketing

/// One person's way from coming to going: what they ask, how long they think, when they give up. It hears what came of
/// each request, and says what is next; times are nanoseconds of one clock.
public struct Journey: Sendable {
    /// What is to be done now.
    public enum Action: Sendable, Equatable {
        /// Ask this now.
        case ask(LoadAsk)
        /// Wake it at this time.
        case wait(until: Int64)
        /// It is over.
        case end(End)
    }

    /// How it ended.
    public enum End: String, CaseIterable, Sendable {
        /// Everything was done.
        case done
        /// Went away by choice, without a word.
        case left
        /// The rules said no, and there was nothing else to try.
        case refused
        /// No seats were free any more.
        case soldOut = "sold_out"
        /// Was told to come again too often.
        case gaveUp = "gave_up"
        /// Got no answer too often.
        case lost
        /// Paid, and was never told that it is paid.
        case unsettled
        /// Got an answer that nobody should get.
        case strange
    }

    // thinking → asking, over; asking → thinking, resting, queueing, settling, over; resting, queueing, settling →
    // asking, over.
    private enum State: Equatable {
        /// Before a deed.
        case thinking
        /// An answer is awaited.
        case asking(LoadAsk)
        /// Told to come again, or left without an answer: asks the same once more.
        case resting(LoadAsk)
        /// In the queue, until it is time to ask again.
        case queueing
        /// Paying is under way at the provider.
        case settling(OrderID)
        case over
    }

    /// How often somebody looks whether a payment that is under way has ended.
    static let settlingAsksMax = 120
    private static let second: Double = 1_000_000_000

    /// Names it, and the keys of what it asks.
    public let serial: UInt64
    /// Which of the people it is.
    public let kind: Int
    /// Whose session it uses.
    public let customer: Int
    /// Counts what it asked: the same request asked again keeps its number, and with it its key.
    public private(set) var askNumber: UInt32 = 0
    /// Proves the place in the queue.
    public private(set) var entryToken: String?
    /// The right to hold seats.
    public private(set) var admission: String?
    /// The deed that is under way.
    public private(set) var deedPlace = 0

    private var state = State.thinking
    private var random: SeededRandom
    private var attempts = 0
    private var picks = 0
    private var visitsLeft = 0
    private var settlingAsks = 0
    private var groupSize = 0
    private var leavesQueueAt: Int64 = .max
    private var alternative: [SeatIndex]?
    private var holdID: HoldID?
    private var heldSeats: [SeatIndex] = []
    private var orderID: OrderID?

    /// Somebody who is about to come.
    public init(serial: UInt64, kind: Int, customer: Int, seed: UInt64) {
        self.serial = serial
        self.kind = kind
        self.customer = customer
        random = SeededRandom(seed: seed)
    }

    // MARK: What happens

    /// Comes.
    public mutating func begin(_ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard) -> Action {
        precondition(state == .thinking && askNumber == 0, "a journey begins twice")
        visitsLeft = Int(random.number(in: Int64(people.visits.lowerBound)...Int64(people.visits.upperBound)))
        return proceed(to: 0, people, at: now, seeing: board, thinks: false)
    }

    /// The time has come that it asked to be woken at.
    public mutating func woke(_ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard) -> Action {
        switch state {
        case .thinking: return act(people, at: now, seeing: board)
        case .resting(let ask): return ask == .poll && now >= leavesQueueAt ? end(.left) : again(ask)
        case .queueing: return now >= leavesQueueAt ? end(.left) : new(.poll)
        case .settling(let order): return new(.readOrder(order))
        case .asking, .over: preconditionFailure("a journey wakes while it is \(state)")
        }
    }

    /// Hears what came of what it asked.
    public mutating func heard(
        _ reply: LoadReply, _ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard
    ) -> Action {
        guard case .asking(let ask) = state else {
            preconditionFailure("a journey hears an answer while it is \(state)")
        }
        switch reply {
        case .accepted(let facts):
            attempts = 0
            return accepted(facts, ask, people, at: now, seeing: board)
        case .refused(let code, let offered): return refused(code, offered, ask, people, at: now, seeing: board)
        case .shed(_, let seconds): return comeAgain(ask, people, after: seconds, at: now, else: .gaveUp)
        case .lost: return comeAgain(ask, people, after: 1, at: now, else: .lost)
        case .strange: return end(.strange)
        }
    }

    // MARK: Deeds

    private func deed(_ people: ScenarioPeople) -> ScenarioPeople.Deed { people.does[deedPlace] }

    private mutating func proceed(
        to place: Int, _ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard, thinks: Bool = true
    ) -> Action {
        guard place < people.does.count else { return end(.done) }
        deedPlace = place
        let deed = people.does[place]
        if deed == .enter, !board.hasRoom {
            return proceed(to: place + 1, people, at: now, seeing: board, thinks: thinks)
        }
        if let chance = people.chances[deed], !random.happens(chance) { return end(.left) }
        return thinks ? think(people, at: now, seeing: board) : act(people, at: now, seeing: board)
    }

    /// Thinks as long as these people do before this deed, and then does it.
    private mutating func think(_ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard) -> Action {
        guard let span = people.thinks[deed(people)], span.upperBound > 0 else {
            return act(people, at: now, seeing: board)
        }
        let milliseconds = span.lowerBound + (span.upperBound - span.lowerBound) * random.share()
        state = .thinking
        return .wait(until: now + Int64(milliseconds * 1_000_000))
    }

    private mutating func act(_ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard) -> Action {
        switch deed(people) {
        case .browse: return new(.page(visitsLeft))
        case .map: return new(.map)
        case .enter: return new(.enter)
        case .hold: return wish(people, seeing: board)
        case .giveBack: return new(.giveBack(known(holdID)))
        case .order: return new(.order(known(holdID)))
        case .pay: return new(.pay(known(orderID), card: random.choice(of: people.cards)))
        case .refund: return new(.refund(known(orderID)))
        }
    }

    private mutating func wish(_ people: ScenarioPeople, seeing board: SeatBoard) -> Action {
        if groupSize == 0 { groupSize = random.choice(of: people.groups) }
        if let offered = alternative {
            alternative = nil
            return new(.holdSeats(offered))
        }
        switch people.picks {
        case .bestAvailable: return new(.holdBest(groupSize))
        case .seat: return new(.holdSeats([SeatIndex(min(people.seatIndex, board.seatCount - 1))]))
        case .any, .front:
            let near = people.picks == .front ? SeatBoard.NearWhat.theFront : .anywhere
            guard let seats = board.pick(groupSize, near: near, &random) else { return end(.soldOut) }
            return new(.holdSeats(seats))
        }
    }

    // MARK: Answers

    private mutating func accepted(
        _ facts: LoadFacts, _ ask: LoadAsk, _ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard
    ) -> Action {
        switch ask {
        case .page:
            visitsLeft -= 1
            if visitsLeft > 0 { return think(people, at: now, seeing: board) }
        case .enter, .poll: return queued(facts.place, people, at: now, seeing: board)
        case .holdSeats, .holdBest:
            holdID = facts.holdID
            heldSeats = facts.seats
        case .order: orderID = facts.orderID
        case .pay, .readOrder:
            guard facts.orderState != .paid, let order = facts.orderID ?? orderID else { break }
            // It is under way at the provider, or over without having been paid.
            guard facts.orderState == .pending else { return end(.refused) }
            guard settlingAsks < Self.settlingAsksMax else { return end(.unsettled) }
            settlingAsks += 1
            state = .settling(order)
            return .wait(until: now + 500_000_000)
        case .map, .giveBack, .refund: break
        }
        return proceed(to: deedPlace + 1, people, at: now, seeing: board)
    }

    private mutating func queued(
        _ place: QueuePlace?, _ people: ScenarioPeople, at now: Int64, seeing board: SeatBoard
    ) -> Action {
        guard let place, !place.isOver else { return end(.refused) }
        entryToken = place.entryToken ?? entryToken
        if let token = place.admission {
            admission = token
            return proceed(to: deedPlace + 1, people, at: now, seeing: board)
        }
        if leavesQueueAt == .max, people.leavesQueue > 0 {
            let span = people.queuePatienceSeconds
            let seconds = span.lowerBound + (span.upperBound - span.lowerBound) * random.share()
            leavesQueueAt = random.happens(people.leavesQueue) ? now + Int64(seconds * Self.second) : .max - 1
        }
        guard now < leavesQueueAt else { return end(.left) }
        state = .queueing
        let jitter = 0.9 + 0.2 * random.share()
        return .wait(until: min(leavesQueueAt, now + Int64(max(0.1, place.pollAfterSeconds) * jitter * Self.second)))
    }

    private mutating func refused(
        _ code: String, _ offered: [SeatIndex]?, _ ask: LoadAsk, _ people: ScenarioPeople, at now: Int64,
        seeing board: SeatBoard
    ) -> Action {
        attempts = 0
        guard case .holdSeats = ask, code == ProblemWord.seatTaken || code == ProblemWord.seatBlocked else {
            return end(.refused)
        }
        picks += 1
        guard picks < people.tries else { return end(.refused) }
        alternative = offered
        return think(people, at: now, seeing: board)
    }

    private mutating func comeAgain(
        _ ask: LoadAsk, _ people: ScenarioPeople, after seconds: Double, at now: Int64, else ending: End
    ) -> Action {
        // Who stands in the queue has nothing to do but ask again.
        let isPatient = ask == .poll
        if isPatient, now >= leavesQueueAt { return end(.left) }
        guard isPatient || attempts < people.retries.times else { return end(ending) }
        attempts += 1
        let wait =
            switch isPatient ? .asTold : people.retries.wait {
            case .atOnce: 0.0
            case .asTold: seconds * (1 + 0.25 * random.share())
            case .doubling: Double(1 << min(attempts - 1, 10)) * (0.5 + 0.5 * random.share())
            }
        guard wait > 0 else { return again(ask) }
        state = .resting(ask)
        let until = now + Int64(wait * Self.second)
        return .wait(until: isPatient ? min(until, leavesQueueAt) : until)
    }

    // MARK: Helpers

    private mutating func new(_ ask: LoadAsk) -> Action {
        askNumber += 1
        return again(ask)
    }

    private mutating func again(_ ask: LoadAsk) -> Action {
        state = .asking(ask)
        return .ask(ask)
    }

    private mutating func end(_ end: End) -> Action {
        state = .over
        return .end(end)
    }

    /// An id that the deed before this one brought: the scenario was read with that in mind.
    private func known<Kind>(_ id: Identifier<Kind>?) -> Identifier<Kind> {
        guard let id else { preconditionFailure("an answer without the id that it was accepted for") }
        return id
    }

    /// The seats that it holds, for those who look at the same board.
    public var seats: [SeatIndex] { heldSeats }
}

/// Codes that a journey goes by.
enum ProblemWord {
    static let seatTaken = "seat_taken"
    static let seatBlocked = "seat_blocked"
    static let notEnoughSeats = "not_enough_seats"
}

extension SeededRandom {
    /// One of the choices, by their shares.
    mutating func choice(of choices: [(token: String, share: Double)]) -> String {
        choices[place(of: choices.map(\.share))].token
    }

    mutating func choice(of choices: [(seats: Int, share: Double)]) -> Int {
        choices[place(of: choices.map(\.share))].seats
    }

    /// The place of one of the shares.
    public mutating func place(of shares: [Double]) -> Int {
        guard shares.count > 1 else { return 0 }
        var left = share() * shares.reduce(0, +)
        for (place, share) in shares.enumerated() {
            left -= share
            if left < 0 { return place }
        }
        return shares.count - 1
    }
}
