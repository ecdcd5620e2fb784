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

    /// Finds out what each wish for named seats may do. Of those who want the same seat at the same moment one asks the
    /// ledger; the others wait for its outcome, and who has lost by then is answered without a batch.
    func lookForTurns() {
        // Who stops waiting wakes others: these look in the next round, not inside of this one.
        while !wishes.looking.isEmpty {
            let now = ContinuousClock.now
            for wish in wishes.take(\.looking) { lookForTurn(of: wish, at: now) }
        }
    }

    private func lookForTurn(of wish: WishUnderWay, at now: ContinuousClock.Instant) {
        let woken = wish.wokenFor
        wish.wokenFor = nil
        if let woken { rivals.arrive(at: woken) }
        if let loss = memory.lossOf(wish.seats, noOlderThan: Self.lossAgeMax, at: now) {
            settle(woken)
            return wishes.unlucky.append(WishesWaiting.Unlucky(wish: wish, reason: .lost(loss)))
        }
        guard rivals.waitingCount < Self.rivalsMax else {
            settle(woken)
            return ask(wish)
        }
        switch rivals.begin(wish.seats, waits: wish.waits) {
        case .ask:
            wish.isRival = true
            ask(wish)
        case .wait(let seat):
            settle(woken)
            wish.wokenFor = seat
            wish.waits += 1
            rivals.wait(wish, for: seat)
        }
    }

    private func settle(_ woken: SeatIndex?) {
        if let woken { wishes.looking += rivals.settle(at: woken) }
    }

    /// Has the ledger asked for a wish's seats; until it has answered, others are proposed other ones.
    func ask(_ wish: WishUnderWay) {
        memory.claim(wish.seats)
        wishes.asking.append(wish)
    }

    /// Asks the ledger for the seats of all who are to ask, together.
    func askForSeats() async {
        let asking = wishes.take(\.asking)
        let outcomes = await door.hold(asking.map { ($0.item, $0.asked.deadline) }, in: performance)
        memory.unclaim(asking.flatMap(\.seats))
        if outcomes.contains(where: \.provesOpenSale) { memory.sawOpenSale(at: .now) }
        var losses: [(wish: WishUnderWay, loss: SeatLoss)] = []
        for (wish, outcome) in zip(asking, outcomes) {
            if wish.isRival {
                wish.isRival = false
                wishes.looking += rivals.finish(wish.seats, areLost: outcome.areSeatsLost)
            }
            switch (outcome, wish.choice) {
            case (.failure(let failure), _): wish.failed(failure)
            case (.success(let outcome), .named):
                if let loss = outcome.loss { losses.append((wish, loss)) } else { tell(wish, outcome) }
            case (.success(let outcome), .proposed(let group)):
                // Others of another replica were quicker: the ledger chooses, by what is true there.
                if outcome.loss == nil { tell(wish, outcome) } else { wishes.choosing.append((wish, group)) }
            }
        }
        goOn()
        await tell(losses)
    }

    func tell(_ wish: WishUnderWay, _ outcome: HoldOutcome) {
        wish.answered { () throws(WireJSONFailure) in
            try HoldAnswers.answer(outcome, requestID: wish.asked.requestID)
        }
    }

    /// Tells those who lost named seats at the door, where their keys were looked at; they are offered others.
    private func tell(_ losses: [(wish: WishUnderWay, loss: SeatLoss)]) async {
        if losses.isEmpty { return }
        do {
            try await look(noOlderThan: Self.proposalAgeMax)
        } catch {
            for (wish, _) in losses { wish.failed(error) }
            return
        }
        let view = memory.view
        let now = ContinuousClock.now
        for (wish, loss) in losses { tell(wish, loss, view, at: now) }
    }

    private func tell(
        _ wish: WishUnderWay, _ loss: SeatLoss, _ view: MapMemory.View?, at now: ContinuousClock.Instant
    ) {
        do throws(WireJSONFailure) {
            wish.refused(try losers.refusal(loss, wish: wish.seats, view: view, at: now))
        } catch {
            wish.failed(error)
        }
    }

    /// Tells those who get no seats without a batch, once their keys were looked up, in one reading for all: what a key
    /// made before is answered again, whatever became of the seats.
    func tellUnlucky() async {
        let unlucky = wishes.take(\.unlucky)
        let uses: [HoldKeyUse?]
        do {
            uses = try await earlierHolds.uses(of: unlucky.map(\.wish.asked.key))
        } catch {
            for one in unlucky { one.wish.failed(error) }
            return
        }
        let view = memory.view
        let now = ContinuousClock.now
        for (one, use) in zip(unlucky, uses) {
            switch use {
            case nil: tell(one, view, at: now)
            case .hold(let hold, let fingerprint)
            where hold.performanceID == performance && fingerprint == one.wish.asked.key.fingerprint:
                tell(one.wish, .replayed(hold))
            case .hold, .another: tell(one.wish, .keyReused)
            }
        }
    }

    private func tell(_ one: WishesWaiting.Unlucky, _ view: MapMemory.View?, at now: ContinuousClock.Instant) {
        switch one.reason {
        case .lost(let loss): tell(one.wish, loss, view, at: now)
        case .notEnough(let largestGroup): tell(one.wish, .notEnoughSeats(largestGroup: largestGroup))
        case .notAdmitted(let refusal):
            one.wish.answered { () throws(WireJSONFailure) in
                try HoldAnswers.refusal(refusal.problem, requestID: one.wish.asked.requestID)
            }
        }
    }
}

extension Result<HoldOutcome, DoorFailure> {
    /// Whether a batch judged the wish by its seats, or by what the customer has: before that it judges the sale.
    fileprivate var provesOpenSale: Bool {
        switch self {
        case .success(let outcome): outcome.provesOpenSale
        case .failure: false
        }
    }

    /// Whether others who want the same seats have lost them by this.
    fileprivate var areSeatsLost: Bool {
        switch self {
        case .success(let outcome): outcome.areSeatsLost
        case .failure: false
        }
    }
}

extension HoldOutcome {
    fileprivate var provesOpenSale: Bool {
        switch self {
        case .held, .seatsTaken, .seatsBlocked, .seatLimitReached, .coolingDown, .notEnoughSeats: true
        case .replayed, .keyReused, .notOnSale, .salePaused, .saleEnded, .unknownSeats, .unknownPerformance: false
        }
    }

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
