import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct MailPaceTests {
    private let start = ContinuousClock.now

    private func sell(_ seats: Int, aSecondFor seconds: Int, by pace: MailPace, state: SeatState = .sold) {
        for second in 0..<seconds {
            let changes = (0..<seats).map { SeatChange(seatIndex: SeatIndex($0), state: state) }
            pace.follow(changes, at: start + .seconds(second))
        }
    }

    @Test func `mails are sent at once while few seats go`() {
        let pace = MailPace()
        #expect(pace.pause(at: start) == nil)
        sell(10, aSecondFor: 20, by: pace)
        #expect(pace.pause(at: start + .seconds(20)) == nil)
    }

    @Test func `they are slow while seats go by the dozen, and quick soon after`() {
        let pace = MailPace()
        sell(60, aSecondFor: 10, by: pace)
        #expect(pace.pause(at: start + .seconds(10)) == .milliseconds(100))
        #expect(pace.pause(at: start + .seconds(15)) == nil)
    }

    @Test func `seats that are held, or come free, make no rush`() {
        let pace = MailPace()
        sell(500, aSecondFor: 10, by: pace, state: .held)
        sell(500, aSecondFor: 10, by: pace, state: .available)
        #expect(pace.pause(at: start + .seconds(10)) == nil)
    }

    @Test func `no mail waits for longer than a minute because of a rush`() {
        let pace = MailPace()
        sell(60, aSecondFor: 10, by: pace)
        pace.sent(afterSeconds: 59)
        #expect(pace.pause(at: start + .seconds(10)) != nil)
        pace.sent(afterSeconds: 61)
        #expect(pace.pause(at: start + .seconds(10)) == nil)
        pace.sent(afterSeconds: 5)
        #expect(pace.pause(at: start + .seconds(10)) != nil)
    }
}
