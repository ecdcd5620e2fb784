import Testing
import Ticketing
import WaitingRoom
import Wire

/// A whole line while services slow down, processes die and seats run out: it goes on, and what is told is right within a
/// fifth, in the median.
struct LineThroughTroubleTests {
    private func median(_ errors: [Double]) throws -> Double {
        try #require(errors.count > 100)
        return errors[errors.count / 2]
    }

    @Test func `a second in which nobody decides is made up for`() throws {
        var simulated = SimulatedLine()
        simulated.run(seconds: 20)
        simulated.stand(seconds: 1)
        let before = simulated.line.history.last?.admittedCount ?? 0
        simulated.run(seconds: 1)
        #expect(simulated.line.history.last?.admittedCount == before + 100)
        simulated.run(seconds: 128)
        #expect(try median(simulated.errors()) <= 0.2)
    }

    @Test func `when the process that moves it dies, the one that watched goes on at the same pace`() throws {
        var simulated = SimulatedLine(processes: 2)
        simulated.mover = 0
        simulated.run(seconds: 20)
        simulated.stand(seconds: 2)
        simulated.mover = 1
        let before = simulated.line.history.last?.admittedCount ?? 0
        simulated.run(seconds: 3)
        // Five seconds' worth, less what the arrears leave out, and never more than is due.
        let after = simulated.line.history.last?.admittedCount ?? 0
        #expect(after - before >= 180 && after - before <= 250)
        simulated.run(seconds: 125)
        #expect(simulated.line.waitingCount == 0)
        #expect(try median(simulated.errors()) <= 0.2)
        #expect(try median(simulated.errors(23..<(.max))) <= 0.2)
    }

    @Test func `a process that goes on for another does not try the ceiling out again`() {
        var simulated = SimulatedLine(processes: 2)
        simulated.mover = 0
        simulated.servedPerSecond = 25
        simulated.run(seconds: 90)
        simulated.stand(seconds: 1)
        simulated.mover = 1
        simulated.run(seconds: 5)
        // The ceiling is 50, and half of it is taken.
        let admitted = simulated.line.history.admitted(since: Samples.after(91))
        #expect(admitted >= 5 * 12 && admitted <= 5 * 42)
    }

    @Test(arguments: [1.0...5.0, 5.0...30.0])
    func `a process that knows nothing goes on in the middle of a small sale: the rest is sold without a pause`(
        choosing: ClosedRange<Double>
    ) throws {
        var crowd = SimulatedLine.Crowd()
        crowd.count = 400
        crowd.admissionsPerMinuteMax = 180
        crowd.seats = 240
        crowd.choosing = choosing
        var simulated = SimulatedLine(crowd)
        simulated.run(seconds: 22)
        simulated.stand(seconds: 2)
        simulated.controls[0] = AdmissionControl()
        let before = simulated.line.history.last?.admittedCount ?? 0
        simulated.run(seconds: 12)
        let after = simulated.line.history.last?.admittedCount ?? 0
        #expect(after - before >= 12 * 3)
        // Those who were called before it came have what they took, and no more is kept for them.
        #expect((1.5...3).contains(simulated.line.standing.forecast.seatsPerAdmission))
        simulated.run(seconds: 4 * Int(choosing.upperBound))
        #expect(simulated.available < 4)
        #expect(try median(simulated.errors()) <= 0.2)
    }

    @Test func `services that take half of the ceiling are found out, and neither flooded nor left idle`() throws {
        var simulated = SimulatedLine()
        simulated.servedPerSecond = 25
        simulated.run(seconds: 130)
        #expect(try median(simulated.errors()) <= 0.2)
        // Some of those who are called have left, and take nothing.
        let admitted = simulated.line.history.last?.admittedCount ?? 0
        #expect(admitted >= 130 * 20 && admitted <= 130 * 32)
    }

    @Test(arguments: [0.25, 0.4, 0.5, 1, 2], [false, true])
    func `what is told first is right, whatever share of the ceiling services take`(
        share: Double, refuses: Bool
    ) throws {
        var crowd = SimulatedLine.Crowd()
        crowd.count = 20_000
        crowd.admissionsPerMinuteMax = 6_000
        var simulated = SimulatedLine(crowd)
        simulated.servedPerSecond = Int(100 * share)
        simulated.refuses = refuses
        simulated.run(seconds: share < 0.5 ? 400 : 200)
        // Everybody asks within some seconds, and hears of a time as soon as one is known.
        let first = try #require(simulated.told.first?.at)
        #expect(first <= 30)
        #expect(try median(simulated.errors(first..<first + 15)) <= 0.2)
    }

    @Test func `what services take halves: after a while what is told is right again`() throws {
        var simulated = SimulatedLine()
        simulated.servedPerSecond = 60
        simulated.run(seconds: 30)
        simulated.servedPerSecond = 25
        simulated.run(seconds: 220)
        #expect(simulated.line.waitingCount == 0)
        #expect(try median(simulated.errors(50..<(.max))) <= 0.2)
    }

    @Test func `what services take is four times as much: the line goes on at the ceiling`() throws {
        var simulated = SimulatedLine()
        simulated.servedPerSecond = 25
        simulated.run(seconds: 50)
        simulated.servedPerSecond = 100
        simulated.run(seconds: 150)
        #expect(simulated.line.waitingCount == 0)
        #expect(try median(simulated.errors(50..<(.max))) <= 0.2)
    }

    @Test(arguments: [1.0...5.0, 2.0...30.0, 20.0...90.0])
    func `a house is sold out, a fifth of a stadium's crowd waits for it, and most are told that it will be`(
        choosing: ClosedRange<Double>
    ) throws {
        var crowd = SimulatedLine.Crowd()
        crowd.count = 20_000
        crowd.admissionsPerMinuteMax = 2_400
        crowd.seats = 2_100
        crowd.choosing = choosing
        var simulated = SimulatedLine(crowd)
        simulated.run(seconds: choosing.upperBound > 30 ? 300 : 120)
        #expect(simulated.available == 0)
        // Of those who wait still nobody is told a time; of those who were called, a fifth too many at most came in vain.
        #expect(simulated.line.waitingCount > 10_000)
        #expect(SeatOutlook(behind: 0, simulated.line.standing.forecast).isHopeless)
        let admitted = simulated.line.history.last?.admittedCount ?? 0
        #expect(admitted <= 2_100)
    }
}
