import Foundation

/// When somebody is to ask again: seldom while it takes long, soon when the turn is near, and never all at once.
///
/// Whoever waits asks again when a share of the wait has passed. The share is as small as the bound allows: of those who
/// are far back, who ask as seldom as anybody may, there are many, but those who are near are never more than are called
/// within some seconds. So nobody whose turn comes hears of it late because others wait as well.
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
    private static let shares = 0.125...1.0
    private static let jitter = 0.1

    /// After how long without a question somebody is skipped.
    public let awaySeconds: Int
    /// Questions a second that this process is to be asked at most, on the average.
    public let pollsPerSecond: Int
    /// How many ask this process.
    public var askersHere: Int
    /// How many of those are called in a second.
    public var callsHerePerSecond: Double

    /// A pace.
    public init(
        awaySeconds: Int, pollsPerSecond: Int, askersHere: Int = 0, callsHerePerSecond: Double = 0
    ) {
        precondition(awaySeconds >= Self.awaySecondsMin && pollsPerSecond > 0, "a pace without bounds")
        self.awaySeconds = awaySeconds
        self.pollsPerSecond = pollsPerSecond
        self.askersHere = askersHere
        self.callsHerePerSecond = callsHerePerSecond
    }

    /// While the wait is estimated, or not known.
    public func seconds(waiting estimate: Double?, chance: Double) -> Double {
        jittered(estimate.map { $0 * share } ?? secondsUsual, chance)
    }

    /// So many seconds before the opening (less than none: while the list is ranked).
    public func seconds(untilOpening left: Double, chance: Double) -> Double {
        let usual = jittered(secondsUsual, chance)
        guard left < usual else { return usual }
        let atBound = Double(askersHere) / Double(pollsPerSecond)
        let spread = min(Self.spreadSecondsMax, Double(awaySeconds) * 0.3, max(1, atBound))
        let behind = max(0, left) + Self.rankingSeconds + chance * spread
        // Whose patience is too short for that asks once more before.
        return behind <= Double(awaySeconds) - Self.reportSeconds ? behind : usual
    }

    /// The longest that is asked for, so that nobody who does as told is ever taken for gone.
    public var secondsMax: Double { Double(awaySeconds) * 0.4 }

    /// What is asked for at most, before chance adds to it or takes from it.
    private var secondsUsual: Double { secondsMax / (1 + Self.jitter) }

    /// Which share of the wait passes until one is to ask again.
    ///
    /// Called at r a second, those who ask after a share s of what is left (after two seconds at least, and U at most)
    /// ask r / s · (1 + ln(U / 2)) times a second in all, besides those who are further back, once in U each.
    private var share: Double {
        let left = Double(pollsPerSecond) - Double(askersHere) / secondsUsual
        guard left > 0 else { return Self.shares.upperBound }
        let needed = callsHerePerSecond * (1 + log(max(1, secondsUsual / Self.secondsMin))) / left
        return min(max(needed, Self.shares.lowerBound), Self.shares.upperBound)
    }

    private func jittered(_ seconds: Double, _ chance: Double) -> Double {
        min(max(seconds, Self.secondsMin), secondsUsual) * (1 + Self.jitter * (2 * chance - 1))
    }
}
