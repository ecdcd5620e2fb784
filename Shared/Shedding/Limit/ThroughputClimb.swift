/// Finds how many may be in flight while hardly any answer counts by its time: when there is nothing left, or thousands
/// want the one same thing.
///
/// While the limit is filled it rises to as many as are answered within a time that is nobody's business: nothing is lost
/// by that, and the more are on their way together the less each of them takes. From there on it is doubled, and what is
/// answered a second is compared with what was before. Where that is more by enough, it is doubled again. Where not,
/// something else than the limit is in the way, a processor as a rule: the limit falls back to what was of use, and is
/// tried again after a while, ever later.
struct ThroughputClimb {
    private struct Window {
        var beganAt: Int64?
        var answered = 0
        var sampled = 0
        var refusedBehind = 0
        var turnedAway = 0
        var inFlightMost = 0
    }

    /// The limit that was left, and what was answered a second with it.
    private struct Trial {
        let limit: Double
        let perSecond: Double
    }

    static let windowMin: Int64 = 50_000_000
    /// A window that shows only how quickly it goes …
    private static let glanceMin: Int64 = 20_000_000
    private static let glanceSampledMax = 1
    /// … up to as many as are answered in so many seconds, by so many times at once.
    private static let secondsUnnoticed = 0.04
    private static let glanceFactor = 4.0
    /// Answers of a window for each that may be in flight: most of them were begun under the limit that is judged.
    private static let answersForEach = 3.0
    private static let factor = 2.0
    /// Of what a higher limit would bring if nothing else were in the way, so much is enough to go on …
    private static let gainEnough = 0.4
    /// … and less than this is chance.
    private static let gainMin = 1.1
    private static let pauseMin: Int64 = 1_000_000_000
    private static let pauseMax: Int64 = 8_000_000_000

    private let limitMax: Double
    private var window = Window()
    private var trial: Trial?
    /// What the limit was when latencies counted last; nil while they do.
    private var limitBefore: Double?
    private var restsUntil: Int64?
    private var pause = pauseMin
    /// Whether the answers of the last window tell nothing by their times.
    private(set) var isUnderWay = false

    init(limitMax: Int) {
        self.limitMax = Double(limitMax)
    }

    /// Whether nothing is known yet that speaks against a higher limit.
    var mayRise: Bool { restsUntil == nil }

    // MARK: What happened

    mutating func reached(_ inFlight: Int) {
        window.inFlightMost = max(window.inFlightMost, inFlight)
    }

    mutating func turnedAway() {
        window.turnedAway += 1
    }

    /// One was answered; `isTelling` where its time counts.
    mutating func answered(isTelling: Bool) {
        window.answered += 1
        if isTelling { window.sampled += 1 }
    }

    mutating func refusedBehind() {
        window.refusedBehind += 1
    }

    /// Others judge the limit; it is no higher than the one that they left.
    mutating func givenUp(_ limit: Double) -> Double? {
        defer { (trial, limitBefore) = (nil, nil) }
        return limitBefore.map { min($0, limit) }
    }

    /// One has left. Ends the window when it is time to: the limit from now on, nil where it stays as it is.
    mutating func departed(leaving inFlight: Int, limit: Double, at now: Int64) -> Double? {
        guard let beganAt = window.beganAt else {
            window.beganAt = now
            return nil
        }
        let elapsed = now - beganAt
        if let higher = higherAtAGlance(than: limit, elapsed: elapsed) {
            window = Window(beganAt: now, inFlightMost: inFlight)
            trial = nil
            begin(from: limit)
            return higher
        }
        let enough = max(Double(ConcurrencyLimit.samplesEnough), Self.answersForEach * limit)
        guard elapsed >= Self.windowMin, Double(window.answered) >= enough || elapsed >= ConcurrencyLimit.windowMax
        else { return nil }
        let ended = window
        window = Window(beganAt: now, inFlightMost: inFlight)
        guard isBlind(ended, elapsed: elapsed) else {
            (isUnderWay, restsUntil, pause) = (false, nil, Self.pauseMin)
            return givenUp(limit)
        }
        begin(from: limit)
        let perSecond = Double(ended.answered) / Double(elapsed) * 1e9
        return judge(limit, isFilled: isFilled(ended, limit), perSecond: perSecond, at: now)
    }

    // MARK: Helpers

    private mutating func begin(from limit: Double) {
        isUnderWay = true
        if limitBefore == nil { limitBefore = limit }
    }

    private func higherAtAGlance(than limit: Double, elapsed: Int64) -> Double? {
        guard elapsed >= Self.glanceMin, Double(window.answered) >= limit, isFilled(window, limit),
            window.sampled <= Self.glanceSampledMax, isBlind(window, elapsed: elapsed)
        else { return nil }
        let unnoticed = Double(window.answered) / Double(elapsed) * 1e9 * Self.secondsUnnoticed
        let higher = min(limitMax, Self.glanceFactor * limit, unnoticed)
        return higher >= Self.gainMin * limit ? higher : nil
    }

    private func isFilled(_ window: Window, _ limit: Double) -> Bool {
        window.turnedAway > 0 || Double(window.inFlightMost) >= ConcurrencyLimit.filledShare * limit
    }

    private func isBlind(_ window: Window, elapsed: Int64) -> Bool {
        elapsed < 2 * ConcurrencyLimit.windowMax && window.answered >= ConcurrencyLimit.samplesEnough
            && window.sampled < ConcurrencyLimit.samplesFew
            && Double(window.refusedBehind) <= ConcurrencyLimit.refusedBehindShare * Double(window.answered)
    }

    private mutating func judge(_ limit: Double, isFilled: Bool, perSecond: Double, at now: Int64) -> Double? {
        guard let before = trial else {
            guard isFilled, restsUntil.map({ now >= $0 }) ?? true else { return nil }
            return tryHigher(than: limit, perSecond)
        }
        trial = nil
        // There is more room than is asked for.
        guard isFilled else { return nil }
        let gain = perSecond / before.perSecond
        if gain >= 1 + Self.gainEnough * (limit / before.limit - 1) {
            (restsUntil, pause) = (nil, Self.pauseMin)
            return tryHigher(than: limit, perSecond)
        }
        restsUntil = now + pause
        pause = min(Self.pauseMax, 2 * pause)
        return gain >= Self.gainMin ? before.limit * gain : before.limit
    }

    private mutating func tryHigher(than limit: Double, _ perSecond: Double) -> Double? {
        guard limit < limitMax else { return nil }
        trial = Trial(limit: limit, perSecond: perSecond)
        return min(limitMax, Self.factor * limit)
    }
}
