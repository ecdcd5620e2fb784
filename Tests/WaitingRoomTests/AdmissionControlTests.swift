import Testing
import Ticketing
import WaitingRoom
import Wire

/// A whole line, decided second by second.
struct AdmissionControlTests {
    @Test func `those who left silently don't slow it`() {
        var patient = SimulatedLine.Crowd()
        patient.leavingShare = 0
        var all = SimulatedLine(patient)
        var many = SimulatedLine()
        all.run(seconds: 60)
        many.run(seconds: 60)
        let admitted = many.line.history.last?.admittedCount ?? 0
        // The ceiling is 50 a second, reached within the first seconds.
        #expect(admitted > 55 * 50 && admitted <= 60 * 50)
        #expect(admitted == all.line.history.last?.admittedCount)
        #expect(many.line.history.front > all.line.history.front)
    }

    @Test func `the organizer's ceiling holds, however many processes decide`() {
        for processes in [1, 2, 5] {
            var crowd = SimulatedLine.Crowd()
            crowd.leavingShare = 0
            var simulated = SimulatedLine(crowd, processes: processes)
            simulated.run(seconds: 60)
            let fronts = simulated.line.history.steps.map(\.front)
            #expect(fronts.last ?? 0 > 55 * 50)
            // In no ten seconds more than ten times the ceiling and a step.
            for (earlier, later) in zip(fronts, fronts.dropFirst(10)) { #expect(later - earlier <= 11 * 50) }
        }
    }

    @Test func `a ceiling of less than one a second is kept on the average`() {
        var crowd = SimulatedLine.Crowd()
        crowd.count = 100
        crowd.leavingShare = 0
        crowd.admissionsPerMinuteMax = 20
        var simulated = SimulatedLine(crowd)
        simulated.run(seconds: 180)
        #expect((52...60).contains(simulated.line.history.front))
    }

    @Test func `everybody who waits is called in turn, until the end of the line`() {
        var simulated = SimulatedLine()
        simulated.run(seconds: 150)
        #expect(simulated.line.waitingCount == 0)
        #expect(simulated.calledAt.count == simulated.crowd.count)
        for position in Int64(2)...Int64(simulated.crowd.count) {
            #expect(simulated.calledAt[position - 1] ?? .max <= simulated.calledAt[position] ?? .max)
        }
    }

    @Test func `what is told to those who wait is right within a fifth, in the median`() {
        var simulated = SimulatedLine()
        simulated.run(seconds: 150)
        let errors = simulated.errors()
        #expect(errors.count > 300)
        #expect(errors[errors.count / 2] <= 0.2)
    }

    @Test func `a line stops while nothing can be written, and goes on by itself`() {
        var simulated = SimulatedLine()
        simulated.run(seconds: 10)
        let before = simulated.line.history.front
        simulated.run(seconds: 20) { _ in ServiceLoad(commit: nil) }
        #expect(simulated.line.history.front == before)
        simulated.run(seconds: 20)
        let admitted = simulated.line.history.admitted(since: Samples.after(40))
        #expect(admitted >= 9 * 50)
    }

    @Test func `busy services are sent fewer`() {
        var simulated = SimulatedLine()
        simulated.run(seconds: 10)
        simulated.run(seconds: 20) { _ in ServiceLoad(commit: .milliseconds(400), batchWait: .milliseconds(300)) }
        let admitted = simulated.line.history.admitted(since: Samples.after(20))
        #expect(admitted < 3 * 50)
    }

    @Test func `customers who choose slowly are waited for, and the seats are sold all the same`() {
        var crowd = SimulatedLine.Crowd()
        crowd.seats = 500
        crowd.choosing = 20...90
        var simulated = SimulatedLine(crowd)
        simulated.run(seconds: 30)
        // Two seats each, and a fifth more than there are.
        #expect(simulated.line.history.last?.admittedCount ?? 0 <= 301)
        simulated.run(seconds: 600)
        #expect(simulated.available < 4)
        #expect(simulated.line.waitingCount > 0)
        #expect(simulated.line.standing.forecast.seatsLeft ?? .max < 4)
    }

    @Test func `seats that were taken before the room opened are not counted as those of the called`() throws {
        var control = AdmissionControl()
        var line = Line(Samples.standing(listed: 0, entries: 5_000), steps: [])
        func decide(second: Int64, sold: Int) -> LineForecast {
            control.decide(
                AdmissionControl.Reading(
                    now: Samples.after(second), line: line, openedAt: Samples.noon, isOnSale: true,
                    admissionsPerMinuteMax: 600, seatsPerCustomerMax: 8,
                    seats: SeatBudget.Seats(available: 20_000 - sold, held: 0, sold: sold),
                    load: ServiceLoad(commit: .milliseconds(5)), presence: .unknown)
            ).forecast
        }
        #expect(decide(second: 1, sold: 8_000).seatsPerAdmission == 2)
        // Four hundred were called, and took a seat each.
        let step = LineStep(sequence: 1, front: 400, admittedCount: 400, steppedAt: Samples.after(2))
        line.follow(Samples.standing(listed: 0, entries: 5_000, front: 400, at: Samples.after(2)), steps: [step])
        #expect(decide(second: 10, sold: 8_400).seatsPerAdmission <= 2)
        let later = decide(second: 300, sold: 8_400).seatsPerAdmission
        #expect((1.0...1.1).contains(later))
        // A process that begins in the middle of it does not count what it has not seen.
        control = AdmissionControl()
        #expect(decide(second: 301, sold: 8_400).seatsPerAdmission == 2)
    }

    @Test func `a line without anybody is not stepped`() {
        var crowd = SimulatedLine.Crowd()
        crowd.count = 0
        var simulated = SimulatedLine(crowd)
        simulated.run(seconds: 5)
        #expect(simulated.line.history.last == nil)
    }

    @Test func `before the opening, while the sale is halted and while the order is unknown nobody is called`()
        throws
    {
        var control = AdmissionControl()
        let line = Line(Samples.standing(listed: 10, entries: 100), steps: [])
        func reading(_ line: Line, openedAt: Timestamp?, isOnSale: Bool) -> AdmissionControl.Reading {
            AdmissionControl.Reading(
                now: Samples.after(10), line: line, openedAt: openedAt, isOnSale: isOnSale,
                admissionsPerMinuteMax: 6_000, seatsPerCustomerMax: 4, seats: nil,
                load: ServiceLoad(commit: .zero), presence: .unknown)
        }
        var ranked = line
        ranked.use(Ranking(of: Samples.entries(10), by: try #require(Samples.seed)))
        let unranked = control.decide(reading(line, openedAt: Samples.noon, isOnSale: true))
        let early = control.decide(reading(ranked, openedAt: nil, isOnSale: true))
        let halted = control.decide(reading(ranked, openedAt: Samples.noon, isOnSale: false))
        let open = control.decide(reading(ranked, openedAt: Samples.noon, isOnSale: true))
        #expect(unranked.step == nil && early.step == nil && halted.step == nil)
        #expect(open.step != nil)
        #expect(halted.forecast.admissionsPerSecond == 0)
    }
}
