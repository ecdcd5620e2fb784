import Testing

@testable import SeatReservation

/// When due holds are looked for again.
struct SweepPaceTests {
    private let start = ContinuousClock.now

    @Test func `while nothing falls due it is looked at leisure`() {
        var pace = SweepPace()
        #expect(pace.pause(found: 0, at: start) == SweepPace.pauseMax)
        #expect(pace.pause(found: 0, at: start + .seconds(1)) == SweepPace.pauseMax)
        #expect(pace.pause(found: 3, at: start + .seconds(2)) == SweepPace.pauseMax)
    }

    @Test func `the more fall due, the sooner it is looked again, and as many are found each time`() {
        var pace = SweepPace()
        _ = pace.pause(found: 0, at: start)
        // A thousand a second.
        #expect(pace.pause(found: 400, at: start + .milliseconds(400)) == .milliseconds(64))
        #expect(pace.pause(found: 64, at: start + .milliseconds(464)) == .milliseconds(64))
    }

    @Test func `however many fall due, the ledger is not asked without a break`() {
        var pace = SweepPace()
        _ = pace.pause(found: 0, at: start)
        #expect(pace.pause(found: 511, at: start + .milliseconds(40)) == SweepPace.pauseMin)
        #expect(pace.pause(found: 511, at: start + .milliseconds(40)) == SweepPace.pauseMin)
    }

    @Test func `what lay there at the first look says nothing of how many fall due`() {
        var pace = SweepPace()
        #expect(pace.pause(found: 500, at: start) == SweepPace.pauseMax)
    }
}
