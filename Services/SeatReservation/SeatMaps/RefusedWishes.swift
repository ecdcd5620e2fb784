import Ticketing
import Wire

/// Wishes for the best seats that a batch refused just now: as long as no seat has changed since, the next one with the
/// same wish is told the same without a batch of its own. Pure; the time is an argument.
struct RefusedWishes {
    /// How long a batch's word counts.
    static let ageMax: Duration = .milliseconds(100)
    /// Different wishes kept.
    static let wishesMax = 256

    private struct Refused {
        let largestGroup: Int
        let position: SeatsPosition
        let at: ContinuousClock.Instant
    }

    private var refused: [SeatGroupRequest: Refused] = [:]

    /// A batch found so few seats, and the map stood at this position before and after it.
    mutating func add(
        _ wish: SeatGroupRequest, largestGroup: Int, position: SeatsPosition, at now: ContinuousClock.Instant
    ) {
        if refused.count >= Self.wishesMax { refused.removeAll(keepingCapacity: true) }
        refused[wish] = Refused(largestGroup: largestGroup, position: position, at: now)
    }

    /// The largest group that a batch saw for the wish; nil when that is not known of this map and this moment.
    func largestGroup(
        for wish: SeatGroupRequest, position: SeatsPosition, at now: ContinuousClock.Instant
    ) -> Int? {
        guard let known = refused[wish], known.position == position, now - known.at <= Self.ageMax else { return nil }
        return known.largestGroup
    }
}
