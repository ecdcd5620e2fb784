/// How one replica did lately: who fails rests, each time twice as long until an answer comes.
struct ReplicaStanding {
    /// Calls that wait for its answer.
    private(set) var inFlight = 0
    /// Faults since the last answer.
    private var faults = 0
    /// Rests since the last answer.
    private var rests = 0
    private var restsUntil: ContinuousClock.Instant?

    /// Whether it is ejected.
    func isResting(at now: ContinuousClock.Instant) -> Bool {
        restsUntil.map { now < $0 } ?? false
    }

    /// Whether it should not be asked while others can be: it rests, or its rest is over and one call tries it now.
    func isToBeSpared(at now: ContinuousClock.Instant) -> Bool {
        guard let restsUntil else { return false }
        return now < restsUntil || inFlight > 0
    }

    mutating func callBegan() {
        inFlight += 1
    }

    mutating func callEnded() {
        inFlight = max(0, inFlight - 1)
    }

    /// It answered. While it rests that is an answer to an older call, and tells nothing.
    mutating func answered(at now: ContinuousClock.Instant) {
        guard !isResting(at: now) else { return }
        faults = 0
        rests = 0
        restsUntil = nil
    }

    /// Notes a fault; true when it is to rest for it, if the others allow.
    mutating func noteFault(_ fault: ReplicaFault, settings: DirectorySettings) -> Bool {
        faults += 1
        return fault.isCertain || faults >= settings.faultsMax
    }

    /// Sends it to rest. `jitter`, 0 to 1, leaves out up to half of the time, so that not all callers return at once.
    mutating func rest(
        at now: ContinuousClock.Instant, settings: DirectorySettings, jitter: Double
    ) -> Duration {
        let whole = min(settings.restMax, settings.restMin * (1 << min(rests, 16)))
        let span = whole * (1 - jitter / 2)
        rests += 1
        restsUntil = now + span
        return span
    }
}
