/// How quickly places become free while somebody waits, and so how many can be served in a given time.
struct QueuePace {
    /// Before so much time has passed nothing is known: places may become free by dozens, when a batch ends.
    private static let unknownFor: Int64 = 60_000_000
    /// Where nobody gets a turn for so long at first, something stood still: that says nothing of how quickly it goes then.
    private static let stallMin: Int64 = 100_000_000
    /// What is older than this counts half, again and again.
    private static let halvedAfter: Int64 = 500_000_000
    /// What is known of a queue lasts so long after its end.
    private static let lastsFor: Int64 = 2_000_000_000

    /// Since when somebody waits; nil while nobody does.
    private var beganAt: Int64?
    /// Since when places are counted.
    private var since: Int64?
    private var freed = 0.0
    /// How quickly it went when last somebody waited for long enough, and until when that was.
    private var last: (perNanosecond: Double, at: Int64)?

    mutating func queueBegan(at now: Int64) {
        beganAt = now
        since = now
        freed = 0
    }

    mutating func queueEnded(at now: Int64) {
        if let perNanosecond = perNanosecond(at: now) { last = (perNanosecond, now) }
        beganAt = nil
        since = nil
    }

    /// A place became free.
    mutating func placeFreed(at now: Int64) {
        guard let began = since else { return }
        if freed == 0, now - began >= Self.stallMin {
            since = now
            return
        }
        freed += 1
        if now - began > Self.halvedAfter {
            since = began + (now - began) / 2
            freed /= 2
        }
    }

    /// For how long somebody has been waiting without a break.
    func standing(at now: Int64) -> Int64 { beganAt.map { now - $0 } ?? 0 }

    /// As many get their turn within a time; nil where that is not known yet.
    func served(within nanoseconds: Int64, at now: Int64) -> Int? {
        perNanosecond(at: now).map { Int($0 * Double(nanoseconds)) }
    }

    /// The same by what was known lately, where it is not known yet.
    func lately(within nanoseconds: Int64, at now: Int64) -> Int? {
        if let served = served(within: nanoseconds, at: now) { return served }
        guard let last, now - last.at < Self.lastsFor else { return nil }
        return Int(last.perNanosecond * Double(nanoseconds))
    }

    private func perNanosecond(at now: Int64) -> Double? {
        guard let since, freed > 0, now - since >= Self.unknownFor else { return nil }
        return freed / Double(now - since)
    }
}
