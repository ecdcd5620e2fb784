import LoadModel
import Ticketing
import Wire

extension LoadLoop {
    // MARK: Coming and going

    /// Somebody comes.
    func begin(at: Int64, _ now: Int64) {
        board.lapse(until: now)
        let kind = random.place(of: shares)
        let people = kinds[kind].people
        var customer = 0
        if people.areCustomers {
            guard let next = plan.customerQueue.next() else { return }
            customer = next
        }
        arrived += 1
        let serial = (arrived - 1) * UInt64(plan.threads) + UInt64(plan.thread) + 1
        let phase = plan.phase(at: at)
        let journey = Journey(
            serial: serial, kind: kind, customer: customer, seed: plan.scenario.seed &* 0x9e37_79b9 ^ serial)
        let place = add(Walker(journey: journey, phase: phase))
        tally[phase: phase].arrivals += 1
        tally[secondOf: at].arrivals += 1
        count(lag: now - at, at: at)
        perform(
            walkers[place].journey.begin(people, at: at, seeing: board), of: place, intendedAt: at, now)
    }

    /// Does what a journey wants to be done.
    func perform(_ action: Journey.Action, of place: Int, intendedAt: Int64, _ now: Int64) {
        switch action {
        case .ask(let ask):
            guard !isEnding else { return remove(place) }
            tally.ask(ask.step, in: plan.phase(at: intendedAt), &walkers[place].attempt)
            send(ask, of: place, intendedAt: intendedAt, now)
        case .wait(let until):
            guard !isEnding else { return remove(place) }
            // Nobody is late who was meant to wake before it was known that they would.
            timers.add(place, at: max(until, now))
        case .end(let end):
            tally[phase: walkers[place].phase].end(end)
            tally.end(&walkers[place].attempt)
            remove(place)
        }
    }

    /// How late something was begun that was due at an instant.
    func count(lag: Int64, at: Int64) {
        let microseconds = max(0, lag / 1_000)
        tally[phase: plan.phase(at: at)].lag.record(microseconds)
        tally[secondOf: at].lag.record(microseconds)
    }

    private func add(_ walker: Walker) -> Int {
        walkersHere += 1
        if let place = freeWalkers.popLast() {
            walkers[place] = walker
            return place
        }
        walkers.append(walker)
        return walkers.count - 1
    }

    private func remove(_ place: Int) {
        setQueueing(false, place)
        walkers[place].isHere = false
        walkersHere -= 1
        freeWalkers.append(place)
    }

    // MARK: Answers

    /// Takes what came of a request, and lets its journey go on.
    func finish(_ slot: RequestSlot, _ reply: LoadReply, _ now: Int64) {
        let (ask, place, phase, intendedAt) = (slot.ask, slot.journey, slot.phase, slot.intendedAt)
        release(slot)
        let microseconds = (now - intendedAt) / 1_000
        tally[phase: phase][ask.step].count(reply, microseconds: microseconds, at: now)
        tally[secondOf: now].count(reply, ask.step, microseconds: microseconds)
        tally.hear(reply, &walkers[place].attempt)
        note(reply, to: ask, of: place, intendedAt: intendedAt, now)
        let kind = kinds[walkers[place].journey.kind]
        let action = walkers[place].journey.heard(reply, kind.people, at: now, seeing: board)
        perform(action, of: place, intendedAt: now, now)
    }

    private func note(
        _ reply: LoadReply, to ask: LoadAsk, of place: Int, intendedAt: Int64, _ now: Int64
    ) {
        switch reply {
        case .accepted(let facts): noteAccepted(facts, ask, of: place, intendedAt: intendedAt, now)
        case .refused(let code, _):
            if case .holdSeats(let seats) = ask, code == "seat_taken" { took(seats, now) }
            if case .holdBest(let count) = ask, code == "not_enough_seats" {
                tally.wishes.refused(count, answeredAt: now)
            }
        case .shed, .strange, .lost: break
        }
    }

    /// Notes seats that are held: where nobody pays, until the hold's end, which holds that others have reach earlier.
    private func took(_ seats: [SeatIndex], _ now: Int64) {
        guard let held = plan.holdNanoseconds else { return board.took(seats) }
        board.took(seats, until: now + held)
    }

    private func noteAccepted(
        _ facts: LoadFacts, _ ask: LoadAsk, of place: Int, intendedAt: Int64, _ now: Int64
    ) {
        switch ask {
        case .holdSeats, .holdBest:
            took(facts.seats, now)
            if case .holdBest(let count) = ask {
                tally.wishes.granted(facts.seats.count, of: count, askedAt: intendedAt)
            }
            if plan.keepsMarks, let end = facts.expiresAt {
                marks.append(
                    MapLagBook.Mark(
                        seats: facts.seats, answeredAt: LoadClock.wall, expiresAt: end.unixMicroseconds * 1_000))
            }
        case .giveBack: board.freed(walkers[place].journey.seats)
        case .enter, .poll:
            guard let told = facts.place else { break }
            setQueueing(told.admission == nil && !told.isOver, place)
            tally.queue.told(walkers[place].journey.serial, told, at: now, openedAt: opensAt)
        case .page, .map, .order, .pay, .readOrder, .refund: break
        }
        let isPaid = ask.step.purpose == .pay && facts.orderState == .paid
        let isGoal =
            switch plan.scenario.goal {
            case .served: ask.step == .browse
            case .held: ask.step == .hold
            case .paid: isPaid
            }
        if isGoal {
            tally[phase: plan.phase(at: now)].goals += 1
            tally[secondOf: now].goals += 1
        }
    }

    private func setQueueing(_ isQueueing: Bool, _ place: Int) {
        guard walkers[place].isQueueing != isQueueing else { return }
        walkers[place].isQueueing = isQueueing
        queueing += isQueueing ? 1 : -1
    }
}
