/// How many customers a second may be called, by what the services can take and under the organizer's ceiling.
///
/// It begins low and doubles in two seconds until the ceiling is reached or a limit is passed; from then on it falls by a
/// tenth to a third for each second of trouble, the more of it the more, and rises by a twentieth of the ceiling for each
/// calm one. Trouble is felt seconds after those were called who make it: so it begins no faster, falls no further than to
/// seven tenths of what the services are seen to take, and rises a fifth as fast beyond as many as brought that when
/// trouble came last, until that has gone well for long. After a time in which
/// nothing could be written it begins anew, up to where it was. What is measured is smoothed, so that a single slow
/// commit changes nothing.
public struct AdmissionPace: Hashable, Sendable {
    /// What counts as trouble.
    public struct Settings: Hashable, Sendable {
        /// A commit that takes longer is trouble; one that takes half as long is calm.
        public var commitMax = Duration.milliseconds(150)
        /// The same for the wait for a batch.
        public var batchWaitMax = Duration.milliseconds(100)
        /// Holds and payments that gateways refuse in a second, as a share of those who are called in one: more is
        /// trouble. A few always count as none.
        public var refusedShareMax = 0.1

        /// The defaults.
        public init() {}
    }

    // A third of what is new.
    private static let smoothing = 1.0 / 3
    // However long something took once, it counts as so many times what is allowed: alone it is no trouble.
    private static let sampleMost = 2.0
    private static let start = 0.1
    private static let floor = 0.01
    // Of what it is it falls by a tenth in a second of trouble that is just one, and by a third where it is far more.
    private static let fallMost = 1.0 / 3
    private static let doublingSeconds = 2.0
    private static let rise = 0.05
    private static let refusedFew = 4
    // Of what is seen to be taken so much is called for in trouble: the rest is what waits already.
    private static let takenShare = 0.7
    private static let carefulRise = 0.01
    private static let carefulSeconds = 20.0
    // Whoever is called hears of it, chooses and comes within these; then what they make is seen.
    private static let secondsUntilKnown = 10.0
    // Hardly any services have trouble with so many customers a second.
    private static let modestPerSecond = 30.0

    private let settings: Settings
    /// Customers a second.
    public private(set) var perSecond: Double
    /// What it will be some seconds from now if nothing changes: while it begins, and nothing speaks against it, where
    /// the beginning leads to.
    public private(set) var expectedPerSecond: Double
    /// Whether this says how quickly it will go: some seconds after it has met the ceiling, or what the services can take;
    /// and always where the ceiling is modest.
    public var isKnown: Bool { isCeilingModest || secondsFound >= Self.secondsUntilKnown }
    private var isCeilingModest: Bool
    /// Whether it is what services can take that holds it back, and not the ceiling.
    public private(set) var isBelowCeiling = false
    // Since it was known what holds it back; and whether trouble was among that.
    private var secondsFound: Double
    private var hasMetTrouble: Bool
    private var isStarting: Bool
    // As far as a beginning goes: to the ceiling, or to where it was.
    private var startsUpTo: Double
    // What was called in a second, over the ups and downs, when trouble came last; and since when that goes well.
    private var usual = Double.infinity
    private var secondsBeyond = 0.0
    private var commitSeconds: Double?
    private var batchWaitSeconds: Double?

    /// Begins at a tenth of a ceiling; or where another process left off, who had found out what can be taken.
    public init(settings: Settings = Settings(), ceiling: Double, lately: Double = 0) {
        self.settings = settings
        perSecond = min(ceiling, max(lately, ceiling * Self.start))
        expectedPerSecond = perSecond
        startsUpTo = ceiling
        isStarting = lately <= 0
        secondsFound = isStarting ? 0 : Self.secondsUntilKnown
        hasMetTrouble = !isStarting
        isCeilingModest = ceiling <= Self.modestPerSecond
    }

    /// So many seconds passed, at whose end the load was this.
    public mutating func follow(_ load: ServiceLoad, ceiling: Double, seconds: Double) {
        isCeilingModest = ceiling <= Self.modestPerSecond
        guard let commit = load.commit, !load.areWritesSuspended else {
            // Nobody can hold anything: it begins anew when that is over.
            if perSecond > 0 { startsUpTo = perSecond }
            perSecond = 0
            expectedPerSecond = 0
            (isStarting, isBelowCeiling) = (true, false)
            return
        }
        commitSeconds = Self.smoothed(commitSeconds, commit / .seconds(1), limit: settings.commitMax)
        batchWaitSeconds = Self.smoothed(batchWaitSeconds, load.batchWait / .seconds(1), limit: settings.batchWaitMax)
        let strain = max(
            (commitSeconds ?? 0) / (settings.commitMax / .seconds(1)),
            (batchWaitSeconds ?? 0) / (settings.batchWaitMax / .seconds(1)), refusals(load, seconds: seconds))
        if strain > 1 {
            isStarting = false
            if !hasMetTrouble { (hasMetTrouble, secondsFound) = (true, 0) }
            (usual, secondsBeyond) = (load.usualPerSecond ?? .infinity, 0)
            let least = min(perSecond, load.takenPerSecond * Self.takenShare)
            perSecond = max(perSecond * power(1 - min(Self.fallMost, (strain - 0.7) / 3), seconds), least)
        } else if strain <= 0.5 {
            if isStarting {
                let doubled = max(perSecond, ceiling * Self.start) * power(2, seconds / Self.doublingSeconds)
                perSecond = min(doubled, max(startsUpTo, ceiling * Self.start))
                isStarting = perSecond < startsUpTo
            } else {
                rise(under: ceiling, seconds: seconds)
            }
        }
        if perSecond >= ceiling { (isStarting, startsUpTo) = (false, ceiling) }
        if !isStarting || strain > 0.5 { secondsFound += seconds }
        perSecond = min(ceiling, max(perSecond, ceiling * Self.floor))
        isBelowCeiling = !isStarting && perSecond < ceiling
        expectedPerSecond = isStarting && strain <= 0.5 ? min(startsUpTo, ceiling) : perSecond
    }

    private mutating func rise(under ceiling: Double, seconds: Double) {
        if perSecond >= usual { secondsBeyond += seconds }
        if secondsBeyond > Self.carefulSeconds {
            perSecond += ceiling * Self.rise * seconds
        } else if perSecond >= usual {
            perSecond += ceiling * Self.carefulRise * seconds
        } else {
            perSecond = min(usual, perSecond + ceiling * Self.rise * seconds)
        }
    }

    private func refusals(_ load: ServiceLoad, seconds: Double) -> Double {
        guard load.refused > Self.refusedFew, seconds > 0 else { return 0 }
        let refused = Double(load.refused) / seconds
        return refused / max(1, settings.refusedShareMax * max(perSecond, load.takenPerSecond + refused))
    }

    private static func smoothed(_ before: Double?, _ now: Double, limit: Duration) -> Double {
        let now = min(now, sampleMost * (limit / .seconds(1)))
        guard let before else { return now }
        return before + (now - before) * smoothing
    }

    /// For at most ten seconds: who slept longer has not seen what happened.
    private func power(_ base: Double, _ seconds: Double) -> Double {
        var result = 1.0
        var left = min(max(0, seconds), 10)
        while left >= 1 {
            result *= base
            left -= 1
        }
        return result * (1 + (base - 1) * left)
    }
}
