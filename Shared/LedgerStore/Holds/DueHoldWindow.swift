/// How far back to ask for due holds: little each time, more a few times a second, far now and then. Pure; the time is an
/// argument, and it is one that no administrator sets: which holds are due the database's clock alone judges.
///
/// Deadlines are written minutes before they pass, so that a short look back finds nearly all. Those that became due
/// behind it (a payment ended after the old deadline, a worker that stood still) are found by the others.
public struct DueHoldWindow: Sendable {
    /// How far each question looks back, beyond what was served, in seconds: what ended there is passed over, row by row.
    public var closeSeconds = 0.2
    /// How far one now and then does, in seconds: no batch takes longer, so that none makes holds that are due for more.
    public var nearSeconds = 5.0
    /// How often to look that far back.
    public var nearEvery = Duration.milliseconds(400)
    /// How far the first question looks back, and one now and then, in seconds.
    public var farSeconds = 86_400.0
    /// How often to look far back.
    public var farEvery = Duration.seconds(60)

    private enum Look {
        case close
        case near
        case far
    }

    private var look = Look.far
    // Since when a far look has been answered to its end.
    private var lastFar: ContinuousClock.Instant?
    private var servedUpTo: ContinuousClock.Instant?
    // Since when one has that looked near, or far.
    private var lastNear: ContinuousClock.Instant?
    // Where an answer broke off that was as long as it may be.
    private var rest: (secondsBack: Double, at: ContinuousClock.Instant)?

    public init() {}

    /// How many seconds the next question looks back.
    public mutating func secondsBack(at now: ContinuousClock.Instant) -> Double {
        if let rest { return rest.secondsBack + (now - rest.at) / .seconds(1) }
        if let servedUpTo, let lastFar, now - lastFar < farEvery {
            look = lastNear.map { now - $0 < nearEvery } ?? false ? .close : .near
            return (look == .close ? closeSeconds : nearSeconds) + (now - servedUpTo) / .seconds(1)
        }
        look = .far
        return farSeconds
    }

    /// All that was due at the instant was found: call it when an answer was shorter than its limit.
    public mutating func served(at instant: ContinuousClock.Instant) {
        servedUpTo = instant
        rest = nil
        if look != .close { lastNear = instant }
        if look == .far { lastFar = instant }
    }

    /// The answer to the question of that instant was as long as it may be; the last hold in it had been due for so long.
    /// The next question goes on there.
    public mutating func brokeOff(secondsBack: Double, at instant: ContinuousClock.Instant) {
        rest = (secondsBack, instant)
    }
}
