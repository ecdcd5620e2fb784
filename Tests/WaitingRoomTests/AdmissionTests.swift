import Testing
import Ticketing
import WaitingRoom

/// How many are called, by what the services and the seats can take.
struct AdmissionTests {
    private static let calm = ServiceLoad(commit: .milliseconds(5), batchWait: .milliseconds(2))

    private func pace(after loads: [ServiceLoad], ceiling: Double = 100) -> AdmissionPace {
        var pace = AdmissionPace(ceiling: ceiling)
        for load in loads { pace.follow(load, ceiling: ceiling, seconds: 1) }
        return pace
    }

    private func calm(_ count: Int) -> [ServiceLoad] { Array(repeating: Self.calm, count: count) }

    // MARK: The pace

    @Test func `it begins low and is at the ceiling within seconds`() {
        #expect(pace(after: []).perSecond == 10)
        #expect(pace(after: calm(5)).perSecond < 100)
        #expect(pace(after: calm(8)).perSecond == 100)
        #expect(pace(after: calm(100)).perSecond == 100)
    }

    @Test func `those who wait while it begins are told what it comes to, and in trouble what it is`() {
        #expect(pace(after: calm(1)).expectedPerSecond == 100)
        let slow = pace(after: calm(1) + Array(repeating: ServiceLoad(commit: .seconds(1)), count: 3))
        #expect(slow.expectedPerSecond == slow.perSecond)
        #expect(pace(after: calm(10) + [ServiceLoad(commit: nil)]).expectedPerSecond == 0)
    }

    @Test func `it is known some seconds after the ceiling was met, or trouble`() {
        #expect(!pace(after: []).isKnown && !pace(after: calm(9)).isKnown)
        #expect(pace(after: calm(15)).isKnown)
        let trouble = ServiceLoad(commit: .seconds(1))
        #expect(!pace(after: calm(2) + [trouble]).isKnown)
        #expect(pace(after: calm(2) + Array(repeating: trouble, count: 12)).isKnown)
        #expect(AdmissionPace(ceiling: 100, lately: 30).isKnown)
    }

    @Test func `what gateways refuse brings it down, a few of them do not`() {
        var refusing = Self.calm
        refusing.refused = 50
        #expect(pace(after: calm(10) + Array(repeating: refusing, count: 8)).perSecond < 30)
        refusing.refused = 4
        #expect(pace(after: calm(10) + Array(repeating: refusing, count: 8)).perSecond == 100)
    }

    @Test func `trouble brings it down, and calm up again`() {
        let trouble = ServiceLoad(commit: .milliseconds(600), batchWait: .milliseconds(500))
        let troubled = pace(after: calm(5) + Array(repeating: trouble, count: 8))
        #expect(troubled.perSecond < 10 && troubled.perSecond >= 1)
        let again = pace(after: calm(5) + Array(repeating: trouble, count: 8) + calm(30))
        #expect(again.perSecond == 100)
    }

    @Test func `a single slow commit changes nothing`() {
        let slow = ServiceLoad(commit: .seconds(1))
        #expect(pace(after: calm(10) + [slow] + calm(1)).perSecond == 100)
    }

    @Test func `between calm and trouble it stays`() {
        let busy = ServiceLoad(commit: .milliseconds(110))
        let before = pace(after: calm(2)).perSecond
        #expect(pace(after: calm(2) + Array(repeating: busy, count: 3)).perSecond >= before)
        let long = pace(after: calm(2) + Array(repeating: busy, count: 10)).perSecond
        #expect(pace(after: calm(2) + Array(repeating: busy, count: 60)).perSecond == long)
    }

    @Test func `while nothing can be written nobody is called`() {
        #expect(pace(after: calm(10) + [ServiceLoad(commit: nil)]).perSecond == 0)
        let suspended = ServiceLoad(commit: .milliseconds(5), areWritesSuspended: true)
        #expect(pace(after: calm(10) + [suspended]).perSecond == 0)
        let after = pace(after: calm(10) + [suspended] + calm(1)).perSecond
        #expect(after > 0 && after <= 20)
    }

    @Test func `a ceiling that is lowered holds at once`() {
        var pace = pace(after: calm(10))
        pace.follow(Self.calm, ceiling: 5, seconds: 1)
        #expect(pace.perSecond == 5)
    }

    // MARK: Seats

    @Test func `no more are called than seats can serve`() {
        let seats = SeatBudget.Seats(available: 1_000, held: 0, sold: 0)
        let first = SeatBudget(seats, admitted: 0, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4)
        #expect(first.callsLeft == 600 && first.seatsPerAdmission == 2)
        let called = SeatBudget(seats, admitted: 600, undecided: 600, takenLately: 0, seatsPerCustomerMax: 4)
        #expect(called.callsLeft == 0 && called.seatsLeft == 0)
        let none = SeatBudget.Seats(available: 0, held: 10, sold: 990)
        #expect(SeatBudget(none, admitted: 600, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4).callsLeft == 0)
    }

    @Test func `what customers take is learned, within bounds`() {
        let seats = SeatBudget.Seats(available: 5_000, held: 0, sold: 3_000)
        let budget = SeatBudget(seats, admitted: 1_000, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4)
        #expect((2.9...3.0).contains(budget.seatsPerAdmission))
        let greedy = SeatBudget(seats, admitted: 10, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4)
        #expect(greedy.seatsPerAdmission == 4)
        let idle = SeatBudget.Seats(available: 5_000, held: 0, sold: 0)
        let shy = SeatBudget(idle, admitted: 100_000, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4)
        #expect(shy.seatsPerAdmission == 0.2)
    }

    @Test func `those who chose already are not waited for`() {
        let seats = SeatBudget.Seats(available: 4_000, held: 1_000, sold: 5_000)
        let quick = SeatBudget(
            seats, admitted: 3_000, undecided: 1_000, takenLately: 2_000, seatsPerCustomerMax: 4)
        #expect(quick.expectedSeats < 50)
        let slow = SeatBudget(seats, admitted: 3_000, undecided: 1_000, takenLately: 0, seatsPerCustomerMax: 4)
        #expect(slow.expectedSeats > 2_000)
    }

    @Test func `while a seat is free somebody is called for it`() {
        let seats = SeatBudget.Seats(available: 1, held: 0, sold: 999)
        #expect(SeatBudget(seats, admitted: 300, undecided: 0, takenLately: 0, seatsPerCustomerMax: 4).callsLeft >= 1)
    }

    @Test func `how long customers choose is learned from those who did`() {
        var span = DecisionSpan()
        #expect(span.seconds == 90)
        for _ in 0..<300 { span.note(seconds: 2) }
        #expect(span.seconds == 30)
        for _ in 0..<300 { span.note(seconds: 4_000) }
        #expect(span.seconds == 120)
    }

    // MARK: Who is away

    @Test func `who is away is passed over, and called all the same`() {
        let plan = FrontPlan(after: 10, last: 1_000, calls: 20) { $0 % 5 == 0 }
        #expect(plan.admitted == 20 && plan.front == 110)
        let everybody = FrontPlan(after: 10, last: 1_000, calls: 20) { _ in true }
        #expect(everybody.front == 30)
        let few = FrontPlan(after: 10, last: 40, calls: 20) { $0 % 5 == 0 }
        #expect(few.front == 40 && few.admitted == 6)
        #expect(FrontPlan(after: 10, last: 40, calls: 0) { _ in true }.front == 10)
    }

    @Test func `where nobody of the line is seen, nobody is called`() {
        #expect(FrontPlan(after: 10, last: 40, calls: 20) { _ in false }.front == 10)
        let long = FrontPlan(after: 10, last: 100_000, calls: 20) { _ in false }
        #expect(long.front == 10 && long.admitted == 0)
    }

    @Test func `no step passes over a whole line of which almost nobody is seen`() {
        // The one who is seen is reached in steps.
        let first = FrontPlan(after: 0, last: 100_000, calls: 20) { $0 == 2_500 }
        #expect(first.front == 1_000 && first.admitted == 0)
        let second = FrontPlan(after: first.front, last: 100_000, calls: 20) { $0 == 2_500 }
        #expect(second.front == 2_000 && second.admitted == 0)
        let third = FrontPlan(after: second.front, last: 100_000, calls: 20) { $0 == 2_500 }
        #expect(third.front == 3_000 && third.admitted == 1)
        #expect(FrontPlan(after: third.front, last: 100_000, calls: 20) { $0 == 2_500 }.front == 3_000)
        // Many calls go further than few.
        #expect(FrontPlan(after: 0, last: 100_000, calls: 500) { $0 == 90_000 }.front == 10_000)
        #expect(FrontPlan(after: 0, last: 5_000, calls: .max) { $0 == 4_000 }.front == 5_000)
    }

    @Test func `those who leave are measured`() {
        var rate = LeavingRate()
        var present = 10_000.0
        for second in 1...120 {
            rate.follow(present: Int(present), came: 50, called: Int64(second) * 100, seconds: 1)
            present += 50 - 100 - present * 0.003
        }
        #expect((0.0025...0.0035).contains(rate.perSecond))
        rate.forget()
        rate.follow(present: 0, came: 0, called: 0, seconds: 1)
        #expect(rate.perSecond < 0.0035)
    }
}
