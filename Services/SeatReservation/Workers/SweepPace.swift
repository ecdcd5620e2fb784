/// When to look for due holds again. Pure; the time is an argument.
///
/// Who claims seats waits for the batches that end other people's holds: many small ones, evenly spread, keep nobody
/// waiting for long, and a few large ones do. So the more fall due in a second, the sooner it is looked again.
struct SweepPace {
    /// How long holds are overdue at most before they are looked for, while few are.
    static let pauseMax = Duration.milliseconds(400)
    static let pauseMin = Duration.milliseconds(40)
    /// So many are to be found at once.
    static let holdsWanted = 64.0

    private var lastLook: ContinuousClock.Instant?

    /// A look that began at this instant found so many holds that are due: how long after its beginning the next one is
    /// to begin.
    mutating func pause(found: Int, at look: ContinuousClock.Instant) -> Duration {
        defer { lastLook = look }
        guard let lastLook, found > 0 else { return Self.pauseMax }
        let perSecond = Double(found) / max((look - lastLook) / .seconds(1), 0.001)
        return min(Self.pauseMax, max(Self.pauseMin, .seconds(Self.holdsWanted / perSecond)))
    }
}
