public import Ticketing

/// From when on to ask for due holds: little each second, far back now and then. Pure; the time is an argument.
///
/// Deadlines are written minutes before they pass, so that a short look back finds nearly all. Those that became due
/// behind it (a payment ended after the old deadline, a worker that stood still) are found by the far look.
public struct DueHoldWindow: Sendable {
    /// How far each question looks back.
    public var nearSeconds: Int64 = 10
    /// How far the first question and every `farEverySeconds` look back.
    public var farSeconds: Int64 = 86_400
    /// How often to look far back.
    public var farEverySeconds: Int64 = 60

    private var lastFar: Timestamp?
    private var servedUpTo: Timestamp?

    public init() {}

    /// The instant after which the next question asks.
    public mutating func next(now: Timestamp) -> Timestamp {
        if let far = lastFar, far.seconds(until: now) < farEverySeconds {
            let near = now.advanced(bySeconds: -nearSeconds)
            return min(near, servedUpTo?.advanced(bySeconds: -nearSeconds) ?? near)
        }
        lastFar = now
        return now.advanced(bySeconds: -farSeconds)
    }

    /// Everything that was due at the instant has been ended: call it when an answer was shorter than its limit.
    public mutating func served(upTo instant: Timestamp) {
        servedUpTo = max(servedUpTo ?? instant, instant)
    }
}
