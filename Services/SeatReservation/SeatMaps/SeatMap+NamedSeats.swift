import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

extension SeatMap {
    /// How lately the map was read and the sale seen open for those who lost to be told so without a batch.
    static let lossAgeMax: Duration = .milliseconds(250)
    /// Rivals that wait for each other's outcomes; more ask the ledger themselves, which has a limit of its own.
    static let rivalsMax = 16_384

    /// Holds named seats, ascending and distinct. Of those who want the same seat at the same moment one asks the ledger;
    /// the others wait for its outcome, and who has lost by then is answered without a batch.
    func hold(_ seats: [SeatIndex], _ request: HoldCommand) async throws -> Answer {
        var wokenFor: SeatIndex?
        var waits = 0
        while true {
            if let wokenFor { rivals.arrive(at: wokenFor) }
            if let loss = memory.lossOf(seats, noOlderThan: Self.lossAgeMax, at: .now) {
                if let wokenFor { wake(rivals.settle(at: wokenFor)) }
                return try await lost(loss, seats, request)
            }
            guard rivals.waitingCount < Self.rivalsMax else {
                if let wokenFor { wake(rivals.settle(at: wokenFor)) }
                return try await answer(to: try await ask(for: seats, request), wish: seats)
            }
            switch rivals.begin(seats, waits: waits) {
            case .ask: return try await askAsRival(for: seats, request)
            case .wait(let seat):
                if let wokenFor { wake(rivals.settle(at: wokenFor)) }
                await withCheckedContinuation { rivals.wait($0, for: seat) }
                wokenFor = seat
                waits += 1
            }
        }
    }

    /// Asks the ledger for seats; while it is asked, others are proposed other ones.
    func ask(for seats: [SeatIndex], _ request: HoldCommand) async throws -> HoldOutcome {
        let item = HoldItem(
            holdID: HoldID(at: .now), customerID: request.customerId, idempotencyKey: request.idempotencyKey,
            fingerprint: Array(request.fingerprint.utf8), requestID: HoldAnswers.requestID, seatIndexes: seats)
        memory.claim(seats)
        defer { memory.unclaim(seats) }
        let outcome = try await LedgerCalls.reading {
            try await door.hold(item, in: performance, deadline: CallContext.current.deadline)
        }
        if outcome.provesOpenSale { memory.sawOpenSale(at: .now) }
        return outcome
    }

    /// The answer to an outcome at the door; those who lost named seats are offered others.
    func answer(to outcome: HoldOutcome, wish: [SeatIndex]) async throws -> Answer {
        guard let loss = outcome.loss else { return try HoldAnswers.answer(outcome) }
        try await look(noOlderThan: Self.proposalAgeMax)
        return try losers.answer(
            loss, wish: wish, view: memory.view, at: .now, requestID: HoldAnswers.requestID)
    }

    /// What a key made before is answered again, whatever became of the seats; nil when it made nothing.
    func replay(of request: HoldCommand) async throws -> Answer? {
        let key = DoorItemKey(
            customerID: request.customerId, key: request.idempotencyKey, fingerprint: Array(request.fingerprint.utf8))
        guard let use = try await LedgerCalls.reading({ try await earlierHolds.use(of: key) }) else { return nil }
        switch use {
        case .hold(let hold, let fingerprint) where hold.performanceID == performance && fingerprint == key.fingerprint:
            return try HoldAnswers.answer(.replayed(hold))
        case .hold, .another: return try HoldAnswers.answer(.keyReused)
        }
    }

    private func askAsRival(for seats: [SeatIndex], _ request: HoldCommand) async throws -> Answer {
        let outcome: HoldOutcome
        do {
            outcome = try await ask(for: seats, request)
        } catch {
            wake(rivals.finish(seats, areLost: false))
            throw error
        }
        wake(rivals.finish(seats, areLost: outcome.areSeatsLost))
        return try await answer(to: outcome, wish: seats)
    }

    private func lost(_ loss: SeatLoss, _ seats: [SeatIndex], _ request: HoldCommand) async throws -> Answer {
        if let replay = try await replay(of: request) { return replay }
        return try losers.answer(
            loss, wish: seats, view: memory.view, at: .now, requestID: HoldAnswers.requestID)
    }

    private func wake(_ waiters: [CheckedContinuation<Void, Never>]) {
        for waiter in waiters { waiter.resume() }
    }
}

extension HoldOutcome {
    /// Whether a batch judged the wish by its seats, or by what the customer has: before that it judges the sale.
    fileprivate var provesOpenSale: Bool {
        switch self {
        case .held, .seatsTaken, .seatsBlocked, .seatLimitReached, .coolingDown, .notEnoughSeats: true
        case .replayed, .keyReused, .notOnSale, .salePaused, .saleEnded, .unknownSeats, .unknownPerformance: false
        }
    }

    /// Whether others who want the same seats have lost them by this.
    fileprivate var areSeatsLost: Bool {
        switch self {
        case .held, .seatsTaken, .seatsBlocked: true
        case .replayed, .keyReused, .notOnSale, .salePaused, .saleEnded, .unknownSeats, .seatLimitReached,
            .coolingDown, .notEnoughSeats, .unknownPerformance:
            false
        }
    }

    /// Why named seats were not given; nil for every other outcome.
    var loss: SeatLoss? {
        switch self {
        case .seatsTaken(let seats): .taken(seats)
        case .seatsBlocked(let seats): .blocked(seats)
        default: nil
        }
    }
}
