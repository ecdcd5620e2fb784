import Testing
import Ticketing
import WaitingRoom
import Wire

/// How long it takes, whether there will be seats, and when to ask again.
struct PaceTests {
    // MARK: The wait

    @Test func `a wait is those ahead by the pace`() throws {
        let estimate = try #require(WaitEstimate(behind: 600, Samples.forecast(perSecond: 10)))
        #expect(estimate.seconds == 60)
        #expect(estimate.errorSeconds == 6)
        let next = try #require(WaitEstimate(behind: 0, Samples.forecast(perSecond: 10)))
        #expect(next.seconds <= 1 && next.errorSeconds == 1)
    }

    @Test func `those who leave make it shorter`() throws {
        let patient = try #require(WaitEstimate(behind: 6_000, Samples.forecast(perSecond: 10)))
        let leaving = try #require(WaitEstimate(behind: 6_000, Samples.forecast(perSecond: 10, leaving: 0.002)))
        #expect(leaving.seconds < patient.seconds * 0.7)
        // In steps of a second: ten are called, two of a thousand leave.
        var ahead = 6_000.0
        var seconds = 0.0
        while ahead > 0 {
            ahead -= 10 + ahead * 0.002
            seconds += 1
        }
        #expect(abs(leaving.seconds - seconds) < 5)
    }

    @Test func `a line that does not move has no estimate`() {
        #expect(WaitEstimate(behind: 10, Samples.forecast(perSecond: 0)) == nil)
        #expect(WaitEstimate.beforeRanking(in: 60, Samples.forecast(perSecond: 0)) == nil)
    }

    @Test func `before the ranking it is the middle of the line, give or take half of it`() throws {
        let forecast = Samples.forecast(present: [0, 600, 1_200], perSecond: 10)
        let estimate = try #require(WaitEstimate.beforeRanking(in: 30, forecast))
        #expect(estimate.seconds == 90)
        #expect(estimate.errorSeconds == 60)
    }

    // MARK: Seats

    @Test func `that there will not be enough seats is told early`() {
        let forecast = Samples.forecast(seatsLeft: 1_000)
        #expect(SeatOutlook(behind: 0, forecast) == .likely)
        #expect(SeatOutlook(behind: 400, forecast) == .likely)
        #expect(SeatOutlook(behind: 499, forecast) == .uncertain)
        #expect(SeatOutlook(behind: 600, forecast) == .unlikely)
        #expect(SeatOutlook(behind: 0, Samples.forecast(seatsLeft: 0)) == .unlikely)
        // What few take may be twice as much as it is on the average.
        #expect(SeatOutlook(behind: 4, Samples.forecast(seatsLeft: 22)) == .likely)
        #expect(SeatOutlook(behind: 4, Samples.forecast(seatsLeft: 20)) == .uncertain)
        #expect(SeatOutlook(behind: 0, Samples.forecast(seatsLeft: nil)) == .uncertain)
        var soldOut = forecast
        soldOut.isSoldOut = true
        #expect(SeatOutlook(behind: 0, soldOut) == .soldOut)
    }

    // MARK: Asking again

    @Test(arguments: [15, 20, 60, 600], [0.0, 0.5, 0.999])
    func `nobody is asked to come so seldom as to be taken for gone`(away: Int, chance: Double) {
        for askers in [10, 20_000, 1_000_000] {
            let pace = PollPace(awaySeconds: away, pollsPerSecond: 2_000, askersHere: askers)
            for estimate in [nil, 0, 1, 60, 100_000.0] as [Double?] {
                let seconds = pace.seconds(waiting: estimate, chance: chance)
                #expect(seconds <= Double(away) * 0.4 + 1e-9 && seconds > 1)
            }
            for left in stride(from: -5.0, to: 30, by: 0.25) {
                // Seen at the begin of a second, and reported some seconds later.
                #expect(pace.seconds(untilOpening: left, chance: chance) <= Double(away) - 4)
            }
            #expect(pace.seconds(untilOpening: 6_000, chance: chance) <= Double(away) - 4)
        }
    }

    @Test func `who is near is asked to come soon, and a crowd seldom`() {
        let pace = PollPace(awaySeconds: 60, pollsPerSecond: 2_000, askersHere: 100)
        #expect(pace.seconds(waiting: 8, chance: 0.5) == 2)
        #expect(pace.seconds(waiting: 80, chance: 0.5) == 10)
        #expect(pace.seconds(waiting: 8_000, chance: 0.999) < 24)
        #expect(pace.seconds(waiting: 8_000, chance: 0.5) > 20)
    }

    @Test func `a crowd makes no one hear late whose turn is near`() {
        let crowded = PollPace(
            awaySeconds: 60, pollsPerSecond: 2_000, askersHere: 1_000_000, callsHerePerSecond: 1_000)
        #expect(crowded.seconds(waiting: 1, chance: 0.5) == 2)
        for wait in [3.0, 10, 20] { #expect(crowded.seconds(waiting: wait, chance: 0.5) <= wait) }
    }

    @Test(arguments: [(5_000, 20.0), (20_000, 100), (20_000, 300), (30_000, 150)])
    func `all who ask here ask no more often than they may`(askers: Int, calls: Double) {
        let bound = 2_000
        let pace = PollPace(
            awaySeconds: 60, pollsPerSecond: bound, askersHere: askers, callsHerePerSecond: calls)
        // Each asks as often as the wait of the own place says.
        let polls = (0..<askers).reduce(0.0) { sum, ahead in
            sum + 1 / pace.seconds(waiting: Double(ahead) / calls, chance: 0.5)
        }
        #expect(polls <= Double(bound) * 1.05)
    }

    @Test func `those who wait for the opening come behind it, and not all at once`() {
        let pace = PollPace(awaySeconds: 60, pollsPerSecond: 2_000, askersHere: 20_000)
        let first = pace.seconds(untilOpening: 6, chance: 0)
        let last = pace.seconds(untilOpening: 6, chance: 0.999)
        #expect(first > 6 + 2 && last > first + 9)
        #expect(pace.seconds(untilOpening: 600, chance: 0.999) > pace.secondsMax * 0.99)
    }

    @Test func `a reading that came late neither stops a clock nor puts it back`() {
        let heard = ContinuousClock.now
        var clock = RemoteClock(showing: Samples.noon, at: heard)
        clock.advance(to: Samples.noon, at: heard + .seconds(5))
        #expect(clock.time(at: heard + .seconds(5)) == Samples.after(5))
        clock.advance(to: Samples.after(6), at: heard + .seconds(5))
        #expect(clock.time(at: heard + .seconds(7)) == Samples.after(8))
    }

    @Test func `a clock that was read once goes on`() {
        let heard = ContinuousClock.now
        let clock = RemoteClock(showing: Samples.noon, at: heard)
        #expect(
            clock.time(at: heard + .milliseconds(1_500))
                == Timestamp(
                    unixMicroseconds: Samples.noon.unixMicroseconds + 1_500_000))
        #expect(clock.time(at: heard - .seconds(1)) == Samples.after(-1))
    }
}
