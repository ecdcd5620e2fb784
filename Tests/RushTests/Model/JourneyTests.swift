import Testing
import Ticketing

@testable import LoadModel

/// One person's way, event by event.
struct JourneyTests {
    private static let second: Int64 = 1_000_000_000
    private let hold = HoldID(high: 1, low: 1)
    private let order = OrderID(high: 2, low: 2)
    private var board = SeatBoard(seatCount: 10)

    private func people(
        _ does: [ScenarioPeople.Deed], _ change: (inout ScenarioPeople) -> Void = { _ in }
    ) -> ScenarioPeople {
        var people = ScenarioPeople(
            name: "p", share: 1, does: does, chances: [:], thinks: [:], picks: .seat, seatIndex: 4,
            groups: [(seats: 1, share: 1)], tries: 2, visits: 1...1,
            retries: ScenarioPeople.Retries(times: 2, wait: .asTold),
            leavesQueue: 0, queuePatienceSeconds: 5...5, cards: [(token: "card", share: 1)])
        change(&people)
        return people
    }

    private func journey() -> Journey { Journey(serial: 1, kind: 0, customer: 0, seed: 42) }

    private func accepted(_ fill: (inout LoadFacts) -> Void = { _ in }) -> LoadReply {
        var facts = LoadFacts()
        fill(&facts)
        return .accepted(facts)
    }

    private func placed(_ place: QueuePlace) -> LoadReply { accepted { $0.place = place } }

    @Test func `a buyer looks, holds, orders and pays`() {
        let people = people([.map, .hold, .order, .pay])
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .ask(.map))
        #expect(journey.heard(accepted(), people, at: 1, seeing: board) == .ask(.holdSeats([4])))
        let held = accepted {
            $0.holdID = hold
            $0.seats = [4]
        }
        #expect(journey.heard(held, people, at: 2, seeing: board) == .ask(.order(hold)))
        #expect(journey.seats == [4])
        let ordered = accepted {
            $0.orderID = order
            $0.orderState = .pending
        }
        #expect(journey.heard(ordered, people, at: 3, seeing: board) == .ask(.pay(order, card: "card")))
        let paid = accepted {
            $0.orderID = order
            $0.orderState = .paid
        }
        #expect(journey.heard(paid, people, at: 4, seeing: board) == .end(.done))
        #expect(journey.askNumber == 4)
    }

    @Test func `who thinks waits before a deed, but not before the first`() {
        let people = people([.map, .hold]) { $0.thinks = [.map: 100...100, .hold: 200...200] }
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .ask(.map))
        #expect(journey.heard(accepted(), people, at: 5, seeing: board) == .wait(until: 5 + 200_000_000))
        #expect(journey.woke(people, at: 200_000_005, seeing: board) == .ask(.holdSeats([4])))
    }

    @Test func `who has no chance to go on leaves`() {
        let people = people([.hold, .order]) { $0.chances = [.order: 0] }
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        let held = accepted { $0.holdID = hold }
        #expect(journey.heard(held, people, at: 1, seeing: board) == .end(.left))
    }

    @Test func `whose seats are taken takes what is offered, and gives up after so many tries`() {
        let people = people([.hold])
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        let taken = LoadReply.refused(code: "seat_taken", alternative: [7])
        #expect(journey.heard(taken, people, at: 1, seeing: board) == .ask(.holdSeats([7])))
        #expect(journey.heard(taken, people, at: 2, seeing: board) == .end(.refused))
        #expect(journey.askNumber == 2)
    }

    @Test(arguments: ["seat_limit_reached", "not_on_sale", "not_enough_seats"])
    func `other refusals end it`(code: String) {
        let people = people([.hold])
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        #expect(
            journey.heard(.refused(code: code, alternative: nil), people, at: 1, seeing: board) == .end(.refused))
    }

    @Test func `who is told to come again does as told, under the same key, and gives up in the end`() throws {
        let people = people([.hold])
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        for _ in 0..<2 {
            let action = journey.heard(
                .shed(code: "overloaded", afterSeconds: 4), people, at: Self.second, seeing: board)
            guard case .wait(let until) = action else {
                Issue.record("\(action)")
                return
            }
            #expect((5 * Self.second...6 * Self.second).contains(until))
            #expect(journey.woke(people, at: until, seeing: board) == .ask(.holdSeats([4])))
            #expect(journey.askNumber == 1)
        }
        #expect(
            journey.heard(.shed(code: "overloaded", afterSeconds: 4), people, at: 0, seeing: board) == .end(.gaveUp))
    }

    @Test func `the impatient ask again at once, others wait twice as long each time`() {
        let impatient = people([.hold]) { $0.retries = ScenarioPeople.Retries(times: 1, wait: .atOnce) }
        var journey = journey()
        _ = journey.begin(impatient, at: 0, seeing: board)
        #expect(
            journey.heard(.shed(code: "x", afterSeconds: 9), impatient, at: 0, seeing: board) == .ask(.holdSeats([4])))
        #expect(journey.heard(.lost(.broken), impatient, at: 0, seeing: board) == .end(.lost))

        let careful = people([.hold]) { $0.retries = ScenarioPeople.Retries(times: 9, wait: .doubling) }
        journey = self.journey()
        _ = journey.begin(careful, at: 0, seeing: board)
        for attempt in 0..<4 {
            let whole = Int64(1 << attempt) * Self.second
            guard case .wait(let until) = journey.heard(.lost(.late), careful, at: 0, seeing: board) else {
                Issue.record("it does not wait")
                return
            }
            #expect((whole / 2...whole).contains(until))
            _ = journey.woke(careful, at: until, seeing: board)
        }
    }

    @Test func `an answer that nobody should get ends it`() {
        let people = people([.map])
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        #expect(journey.heard(.strange(status: 500), people, at: 1, seeing: board) == .end(.strange))
    }

    @Test func `without a waiting room nobody waits in one`() {
        let people = people([.enter, .map])
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .ask(.map))
    }

    @Test func `in the queue one asks as told until it is one's turn`() {
        let people = people([.enter, .hold])
        let board = SeatBoard(seatCount: 10, hasRoom: true)
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .ask(.enter))
        let waiting = placed(QueuePlace(position: 9, pollAfterSeconds: 10))
        guard case .wait(let until) = journey.heard(waiting, people, at: 0, seeing: board) else {
            Issue.record("it does not wait")
            return
        }
        #expect((9 * Self.second...11 * Self.second).contains(until))
        #expect(journey.woke(people, at: until, seeing: board) == .ask(.poll))
        // Who stands in the queue is patient: however often it is told to come again.
        for _ in 0..<9 {
            guard case .wait(let again) = journey.heard(.lost(.broken), people, at: until, seeing: board) else {
                Issue.record("it does not wait")
                return
            }
            #expect(journey.woke(people, at: again, seeing: board) == .ask(.poll))
        }
        let admitted = placed(QueuePlace(admission: "token"))
        #expect(journey.heard(admitted, people, at: until, seeing: board) == .ask(.holdSeats([4])))
        #expect(journey.admission == "token")
    }

    @Test func `some leave the queue without a word`() {
        let people = people([.enter, .hold]) { $0.leavesQueue = 1 }
        let board = SeatBoard(seatCount: 10, hasRoom: true)
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        let waiting = placed(QueuePlace(pollAfterSeconds: 60))
        #expect(journey.heard(waiting, people, at: 0, seeing: board) == .wait(until: 5 * Self.second))
        #expect(journey.woke(people, at: 5 * Self.second, seeing: board) == .end(.left))
    }

    @Test func `who was told to come again leaves all the same when patience is over`() {
        let people = people([.enter, .hold]) { $0.leavesQueue = 1 }
        let board = SeatBoard(seatCount: 10, hasRoom: true)
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        guard
            case .wait(let until) = journey.heard(placed(QueuePlace(pollAfterSeconds: 1)), people, at: 0, seeing: board)
        else {
            Issue.record("it does not wait")
            return
        }
        #expect(journey.woke(people, at: until, seeing: board) == .ask(.poll))
        var slow = journey
        let shed = LoadReply.shed(code: "overloaded", afterSeconds: 30)
        #expect(journey.heard(shed, people, at: until, seeing: board) == .wait(until: 5 * Self.second))
        #expect(journey.woke(people, at: 5 * Self.second, seeing: board) == .end(.left))
        // An answer that came after it is heard by nobody; nobody wakes in the past.
        let waiting = placed(QueuePlace(pollAfterSeconds: 1))
        #expect(slow.heard(waiting, people, at: 6 * Self.second, seeing: board) == .end(.left))
    }

    @Test func `who is told that there is no hope goes`() {
        let people = people([.enter])
        let board = SeatBoard(seatCount: 10, hasRoom: true)
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        #expect(journey.heard(placed(QueuePlace(isOver: true)), people, at: 0, seeing: board) == .end(.refused))
    }

    @Test func `a payment that is under way is asked for until it is over`() {
        let people = people([.hold, .order, .pay])
        var journey = journey()
        _ = journey.begin(people, at: 0, seeing: board)
        _ = journey.heard(accepted { $0.holdID = hold }, people, at: 0, seeing: board)
        _ = journey.heard(accepted { $0.orderID = order }, people, at: 0, seeing: board)
        let pending = accepted {
            $0.orderID = order
            $0.orderState = .pending
        }
        var action = journey.heard(pending, people, at: 0, seeing: board)
        for _ in 1..<Journey.settlingAsksMax {
            guard case .wait(let until) = action else {
                Issue.record("\(action)")
                return
            }
            #expect(journey.woke(people, at: until, seeing: board) == .ask(.readOrder(order)))
            action = journey.heard(pending, people, at: until, seeing: board)
        }
        guard case .wait(let until) = action else {
            Issue.record("\(action)")
            return
        }
        var unlucky = journey
        _ = journey.woke(people, at: until, seeing: board)
        let paid = accepted { $0.orderState = .paid }
        #expect(journey.heard(paid, people, at: until, seeing: board) == .end(.done))
        _ = unlucky.woke(people, at: until, seeing: board)
        #expect(unlucky.heard(pending, people, at: until, seeing: board) == .end(.unsettled))
    }

    @Test func `who looks around sees so many pages`() {
        let people = people([.browse]) { $0.visits = 3...3 }
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .ask(.page(3)))
        #expect(journey.heard(accepted(), people, at: 0, seeing: board) == .ask(.page(2)))
        #expect(journey.heard(accepted(), people, at: 0, seeing: board) == .ask(.page(1)))
        #expect(journey.heard(accepted(), people, at: 0, seeing: board) == .end(.done))
    }

    @Test func `who sees no free seats goes`() {
        var board = SeatBoard(seatCount: 3)
        board.took([0, 1, 2])
        let people = people([.hold]) { $0.picks = .any }
        var journey = journey()
        #expect(journey.begin(people, at: 0, seeing: board) == .end(.soldOut))
    }
}
