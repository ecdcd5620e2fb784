/// What is to be said of something that is tried again and again while it fails: the first failure, then how many there
/// were now and then, and that it is over. What comes and goes is told no oftener. Pure: the time is an argument.
struct Outage: Hashable, Sendable {
    /// What is to be said now.
    enum Telling: Hashable, Sendable {
        /// It failed, which it had not before.
        case began
        /// It has failed for so long, and so often since failures were told last.
        case goesOn(seconds: Int64, failures: Int)
        /// It works again after so long, and so many failures in all.
        case ended(seconds: Int64, failures: Int)
    }

    /// The least time between two tellings of failures.
    let pause: Duration

    private var beganAt: ContinuousClock.Instant?
    private var toldAt: ContinuousClock.Instant?
    private var isTold = false
    private var failures = 0
    private var untold = 0

    init(pause: Duration) {
        self.pause = pause
    }

    /// It failed once more; nil while nothing new is to be said.
    mutating func failed(at now: ContinuousClock.Instant) -> Telling? {
        let start = beganAt ?? now
        beganAt = start
        failures += 1
        untold += 1
        if let toldAt, now - toldAt < pause { return nil }
        let telling: Telling =
            untold == 1 ? .began : .goesOn(seconds: (now - start).components.seconds, failures: untold)
        toldAt = now
        isTold = true
        untold = 0
        return telling
    }

    /// It worked; nil when nobody was told that it did not.
    mutating func succeeded(at now: ContinuousClock.Instant) -> Telling? {
        guard let start = beganAt else { return nil }
        let telling: Telling? =
            isTold ? .ended(seconds: (now - start).components.seconds, failures: failures) : nil
        beganAt = nil
        failures = 0
        // What was told as over is not counted again.
        if isTold { untold = 0 }
        isTold = false
        return telling
    }
}
