import Testing
import Ticketing

@testable import SeatReservation

/// Which performances' freed seats are shared out now.
@Suite struct WaitingListWorkerTests {
    @Test func `a performance that takes its time is begun with once, and holds up no other one`() {
        let underWay = WaitingListWorker.UnderWay()
        let (slow, quick) = (PerformanceID(high: 0, low: 1), PerformanceID(high: 0, low: 2))
        #expect(underWay.begin(slow))
        #expect(!underWay.begin(slow))
        #expect(underWay.begin(quick))
        underWay.end(quick)
        #expect(underWay.begin(quick))
    }

    @Test func `there are never too many under way`() {
        let underWay = WaitingListWorker.UnderWay()
        let most = UInt64(WaitingListWorker.UnderWay.performancesMax)
        for number in 0..<most { #expect(underWay.begin(PerformanceID(high: 0, low: number))) }
        #expect(!underWay.begin(PerformanceID(high: 0, low: most)))
        underWay.end(PerformanceID(high: 0, low: 0))
        #expect(underWay.begin(PerformanceID(high: 0, low: most)))
    }
}
