/// How many requests may be in flight, found by what they take: a gradient.
///
/// Windows of a tenth of a second compare the latency in the middle of each kind with what is usual in quiet times. While
/// it is longer than that by more than is tolerated, the limit falls in proportion; while it is not and the limit is
/// filled, it rises, quickly while it is far from that; while it is not filled, it stays. Where hardly any latency counts,
/// a climb judges by what is answered a second instead. Times are nanoseconds of one clock.
struct ConcurrencyLimit {
    private struct Window {
        var beganAt: Int64?
        var departed = 0
        var sampled = 0
        var refusedBehind = 0
        var turnedAway = 0
        var inFlightMost = 0
    }

    static let windowMin: Int64 = 100_000_000
    /// A window with fewer samples goes on …
    static let samplesEnough = 32
    /// … until this, and counts for nothing then if there are fewer than `samplesFew`.
    static let windowMax: Int64 = 2_000_000_000
    static let samplesFew = 8
    /// Of a fall to where the latencies point, what is done at once.
    private static let fallShare = 0.3
    /// The limit rises by this part of its square root …
    private static let riseShare = 0.5
    /// … or of itself, while latencies are so many times shorter than what is tolerated.
    private static let quickRiseShare = 0.2
    private static let headroomMin = 1.3
    /// While no latency is known.
    private static let headroomUnknown = 2.0
    /// A window takes away half of the limit at most.
    private static let gradientMin = 0.5
    /// Refusals of services behind that count for nothing, as a share of what ended.
    static let refusedBehindShare = 0.01
    /// As much of the limit in flight at once is all of it.
    static let filledShare = 0.8
    /// How many times as many may soon be served, when more are to be let in while latencies are short.
    private static let quickenedMost = 2.0
    /// How many times as many may come as go, while nothing but their number tells how busy everybody is.
    private static let excessInClimb = 2.0
    /// How quickly the usual rises in quiet times.
    private static let quietSeconds = 60.0

    private let settings: IntakeSettings
    private var tolerance: LatencyTolerance
    private var kinds: [KindLatency] = []
    private var window = Window()
    private var probe = LimitProbe()
    private var climb: ThroughputClimb
    private var limit: Double
    /// What those took in quiet times who were served in the last window, in nanoseconds; nil before it is known.
    private var usual: Double?
    /// Whether the last window was far from what is tolerated.
    private var isFarFromTolerance = true

    init(settings: IntakeSettings) {
        self.settings = settings
        tolerance = LatencyTolerance(
            times: Double(settings.latencyTolerancePercent) / 100, slack: Double(settings.latencySlack.nanoseconds),
            unnoticed: Double(settings.latencyUnnoticed.nanoseconds))
        climb = ThroughputClimb(limitMax: settings.limitMax)
        limit = Double(min(max(settings.limitInitial, settings.limitMin), settings.limitMax))
    }

    /// As many may be in flight now.
    var current: Int { probe.isUnderWay ? max(settings.limitMin, Int(limit / 2)) : Int(limit) }

    /// Whether so many times as many may soon be served as now, with a limit that rises. By Little's law the places that
    /// become free in a second tell how long each is kept; nil where that is not known yet.
    func maySoonServe(_ times: Double, freedPerSecond: Int?) -> Bool {
        guard limit < Double(settings.limitMax) else { return false }
        if climb.isUnderWay { return climb.mayRise }
        guard let usual else { return true }
        guard isFarFromTolerance, times <= Self.quickenedMost else { return false }
        guard let freedPerSecond, freedPerSecond > 0 else { return true }
        let latency = Double(current) / Double(freedPerSecond) * 1e9
        return (latency + tolerance.slack) * Self.headroomMin <= tolerance.most(usual: usual) + tolerance.slack
    }

    /// How many times as many may come as go before it is clear that not all of them can be served in time.
    var excessMost: Double { climb.isUnderWay ? Self.excessInClimb : 1 }

    /// What is usual for a kind, in nanoseconds; nil before it is known.
    func baseline(of kind: Int) -> Double? { kinds[kind].baseline }

    // MARK: What happened

    /// There is one more kind; its number.
    mutating func addKind() -> Int {
        kinds.append(KindLatency())
        return kinds.count - 1
    }

    /// So many are in flight.
    mutating func reached(_ inFlight: Int) {
        window.inFlightMost = max(window.inFlightMost, inFlight)
        climb.reached(inFlight)
    }

    /// One could not enter at once.
    mutating func turnedAway() {
        window.turnedAway += 1
        climb.turnedAway()
    }

    /// One ended as such requests end; its time counts.
    mutating func served(_ kind: Int, nanoseconds: Int64) {
        window.sampled += 1
        kinds[kind].add(nanoseconds: nanoseconds)
        climb.answered(isTelling: true)
    }

    /// One was answered in a time that counts for nothing.
    mutating func answered() {
        climb.answered(isTelling: false)
    }

    /// One ended because a service behind has no room: that one's limit is lower than ours.
    mutating func refusedBehind() {
        window.refusedBehind += 1
        climb.refusedBehind()
    }

    /// One has left, whatever it came to; `inFlight` are left. Ends the window when it is time to.
    mutating func departed(leaving inFlight: Int, at now: Int64) {
        window.departed += 1
        if let limit = climb.departed(leaving: inFlight, limit: limit, at: now) { self.limit = bounded(limit) }
        // What is served with half of the limit shows nothing while no latency does.
        if climb.isUnderWay, probe.isUnderWay { probe = LimitProbe() }
        guard let beganAt = window.beganAt else {
            window.beganAt = now
            return
        }
        let elapsed = now - beganAt
        let seen = window.sampled + window.refusedBehind
        guard elapsed >= Self.windowMin, seen >= Self.samplesEnough || elapsed >= Self.windowMax else { return }
        // After a silence the window holds what ended before it: too old, as a rule too few as well.
        if seen >= Self.samplesFew, elapsed < 2 * Self.windowMax { adjust(elapsed: elapsed, at: now) }
        for kind in kinds.indices { kinds[kind].windowEnded() }
        window = Window(beganAt: now, inFlightMost: inFlight)
    }

    // MARK: Helpers

    private mutating func adjust(elapsed: Int64, at now: Int64) {
        // What was in flight in this window is what the climb let in.
        if let limit = climb.givenUp(limit) {
            self.limit = bounded(limit)
            return
        }
        let isFilled =
            window.turnedAway > 0 || Double(window.inFlightMost) >= Self.filledShare * Double(current)
        let headroom = headroom()
        let gradient = min(1, max(Self.gradientMin, headroom))
        isFarFromTolerance = headroom > Self.headroomMin
        learn(isFilled: isFilled, seconds: Double(elapsed) / 1e9)
        let wasProbing = probe.isUnderWay
        let perSecond = Double(window.departed) / Double(elapsed) * 1e9
        let half = max(Double(settings.limitMin), limit / 2)
        if probe.windowEnded(
            isFilled: isFilled, servedPerSecond: perSecond, canHalveAgain: half / 2 >= Double(settings.limitMin),
            at: now)
        {
            limit = half
        }
        tolerance.isUnnoticedAllowed = probe.isMoreOfUse
        guard !wasProbing else { return }
        if gradient < 1 {
            // What was in flight made it slow, and not what might have been.
            let cause = min(limit, 1.2 * Double(window.inFlightMost) + 4)
            let room = isFilled ? cause.squareRoot() : 0
            limit += (min(limit, cause * gradient + room) - limit) * Self.fallShare
        } else if isFilled {
            let quick = isFarFromTolerance ? Self.quickRiseShare * limit : 0
            limit += max(quick, Self.riseShare * limit.squareRoot())
        }
        limit = bounded(limit)
    }

    private func bounded(_ limit: Double) -> Double {
        min(Double(settings.limitMax), max(Double(settings.limitMin), limit))
    }

    /// What is tolerated for what was seen: below 1 where the window speaks for a smaller limit.
    private func headroom() -> Double {
        var (sum, weights) = (0.0, 0.0)
        for kind in kinds {
            guard let (share, weight) = kind.share(of: tolerance) else { continue }
            sum += share * weight
            weights += weight
        }
        let headroom = weights > 0 ? weights / sum : Self.headroomUnknown
        let refused = Double(window.refusedBehind) / Double(max(1, window.departed))
        return refused > Self.refusedBehindShare ? min(headroom, 1 - refused) : headroom
    }

    /// What is usual for those who were served in this window, each kind as often as it was.
    private func usualOfWindow() -> Double? {
        var (sum, count) = (0.0, 0)
        for kind in kinds {
            guard let baseline = kind.baseline else { continue }
            sum += baseline * Double(kind.window.count)
            count += kind.window.count
        }
        return count > 0 ? sum / Double(count) : nil
    }

    /// The usual falls soon. It rises, slowly, in quiet times alone: a crowd's latencies must not become usual, however
    /// long it lasts. What is slow for another reason than the crowd is seen by a probe.
    private mutating func learn(isFilled: Bool, seconds: Double) {
        let isQuiet = !isFilled && Double(window.inFlightMost) < limit / 2
        let rising = isQuiet ? min(1, seconds / Self.quietSeconds) : 0
        for kind in kinds.indices {
            if probe.isMeasuring {
                kinds[kind].learnByProbe()
            } else if !probe.isUnderWay {
                kinds[kind].learn(rising: rising)
            }
        }
        usual = usualOfWindow() ?? usual
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
