import Testing

@testable import SocketLoop

@Suite struct TimerQueueTests {
    let start = ContinuousClock.now
    var timers = TimerQueue()

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    @Test mutating func `timers are due in the order of their deadlines`() {
        let late = timers.add(at(20))
        let early = timers.add(at(10))
        let alsoEarly = timers.add(at(10))
        #expect(timers.popDue(at(9)) == nil)
        #expect(timers.popDue(at(15)) == early)
        #expect(timers.popDue(at(15)) == alsoEarly)
        #expect(timers.popDue(at(15)) == nil)
        #expect(timers.popDue(at(20)) == late)
        #expect(timers.isEmpty)
    }

    @Test mutating func `a cancelled timer is never due`() {
        let timer = timers.add(at(10))
        timers.cancel(timer)
        timers.cancel(timer)
        #expect(timers.isEmpty)
        #expect(timers.popDue(at(100)) == nil)
        #expect(timers.millisecondsToNext(from: start) == nil)
    }

    @Test mutating func `the sleep ends when the next timer is due, not before`() {
        #expect(timers.millisecondsToNext(from: start) == nil)
        _ = timers.add(start + .microseconds(1))
        #expect(timers.millisecondsToNext(from: start) == 1)
        #expect(timers.millisecondsToNext(from: at(1)) == 0)
        var far = TimerQueue()
        _ = far.add(start + .seconds(86_400))
        #expect(far.millisecondsToNext(from: start) == 60_000)
    }

    @Test mutating func `cancelled timers do not pile up`() {
        let kept = timers.add(at(1_000))
        for _ in 0..<10_000 { timers.cancel(timers.add(at(500))) }
        #expect(timers.count < 200)
        #expect(timers.popDue(at(1_000)) == kept)
    }
}
