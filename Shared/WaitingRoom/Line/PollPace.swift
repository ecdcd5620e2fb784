/// When somebody is to ask again: seldom while it takes long, soon when the turn is near, and never all at once.
///
/// Pure; chance is an argument, from 0 up to 1.
public struct PollPace: Hashable, Sendable {
    /// Nobody is asked to come sooner.
    public static let secondsMin = 2.0
    /// How long after the opening the first ranks are known.
    public static let rankingSeconds = 2.5
    /// The longest time over which those who wait for the opening are spread behind it.
    public static let spreadSecondsMax = 20.0
    /// A shorter patience would take people for gone who come as they were told to.
    public static let awaySecondsMin = 15
    /// So long may it take until an answer that was asked for in time counts: there, and at the process that decides.
    private static let reportSeconds = 4.0

    /// After how long without a question somebody is skipped.
    public let awaySeconds: Int
    /// Questions a second that this process is to be asked at most, on the average.
    public let pollsPerSecond: Int
    /// How many ask this process.
    public var askersHere: Int

    /// A pace.
    public init(awaySeconds: Int, pollsPerSecond: Int, askersHere: Int = 0) {
        precondition(awaySeconds >= Self.awaySecondsMin && pollsPerSecond > 0, "a pace without bounds")
        self.awaySeconds = awaySeconds
        self.pollsPerSecond = pollsPerSecond
        self.askersHere = askersHere
    }

    /// While the wait is estimated, or not known.
    public func seconds(waiting estimate: Double?, chance: Double) -> Double {
        jittered(max((estimate ?? secondsMax * 8) / 8, crowdSeconds), chance)
    }

    /// So many seconds before the opening (less than none: while the list is ranked).
    public func seconds(untilOpening left: Double, chance: Double) -> Double {
        let usual = jittered(max(secondsMax, crowdSeconds), chance)
        guard left < usual else { return usual }
        let spread = min(Self.spreadSecondsMax, Double(awaySeconds) * 0.3, max(1, crowdSeconds))
        let behind = max(0, left) + Self.rankingSeconds + chance * spread
        // Whose patience is too short for that asks once more before.
        return behind <= Double(awaySeconds) - Self.reportSeconds ? behind : usual
    }

    /// The longest that is asked for, so that nobody who does as told is ever taken for gone.
    public var secondsMax: Double { Double(awaySeconds) * 0.4 }

    /// So long that all who ask here stay within the bound.
    private var crowdSeconds: Double { Double(askersHere) / Double(pollsPerSecond) }

    private func jittered(_ seconds: Double, _ chance: Double) -> Double {
        // A fifth to either side.
        min(max(seconds, Self.secondsMin), secondsMax) * (0.8 + 0.4 * chance)
    }
}
