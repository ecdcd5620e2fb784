import Ticketing
import Wire

/// The alternatives that losers of the same seats are offered: looked for once for all of them, and spread, so that those
/// who lost together are not sent to the same three seats and lose again. Who loses alone costs a search for no more than
/// they are offered: most of those who miss a seat are the only ones. Pure; the time is an argument.
struct Alternatives {
    /// Groups that one loser is offered.
    static let offeredMax = 3
    /// So many losers in a row are offered groups of their own.
    static let spread = 8
    /// Wishes whose alternatives are kept.
    static let wishesMax = 256
    /// How long what was found is offered, as long as it stays free.
    static let ageMax: Duration = .milliseconds(250)
    /// How soon is looked again where too little of it stayed free.
    static let renewalMin: Duration = .milliseconds(20)

    private struct Found {
        let groups: [[SeatIndex]]
        let position: SeatsPosition
        let at: ContinuousClock.Instant
        /// Whether it was looked for more than the first loser is offered.
        let isSpread: Bool
        var offers = 0
    }

    private var found: [[SeatIndex]: Found] = [:]

    /// Groups for the next loser of `wish`, the nearest first. `search` finds up to so many of those that are free.
    mutating func next(
        for wish: [SeatIndex], position: SeatsPosition, at now: ContinuousClock.Instant,
        isFree: (SeatIndex) -> Bool, search: (_ count: Int) -> [[SeatIndex]]
    ) -> [[SeatIndex]] {
        let known = found[wish].flatMap { now - $0.at <= Self.ageMax ? $0 : nil }
        // The second loser of the same seats makes it worth while to look for those of more; where all that there is was
        // fewer than one is offered, there is nothing to spread.
        if let known, known.isSpread || known.groups.count < Self.offeredMax {
            let offered = offer(wish, isFree)
            let isWhole = offered.count == min(Self.offeredMax, known.groups.count)
            // What was found on this very map is all that there is.
            if isWhole, !offered.isEmpty || known.position == position { return offered }
            // A little of it has to do for a moment; nothing has not, unless nothing was there.
            if now - known.at < Self.renewalMin, !offered.isEmpty || known.groups.isEmpty { return offered }
        }
        if found.count >= Self.wishesMax { found.removeAll(keepingCapacity: true) }
        let count = known == nil ? Self.offeredMax : Self.offeredMax * Self.spread
        // Whoever lost first has been offered the nearest.
        let isSecond = known.map { !$0.isSpread && $0.groups.count == Self.offeredMax } ?? false
        found[wish] = Found(
            groups: search(count), position: position, at: now, isSpread: known != nil, offers: isSecond ? 1 : 0)
        return offer(wish, isFree)
    }

    private mutating func offer(_ wish: [SeatIndex], _ isFree: (SeatIndex) -> Bool) -> [[SeatIndex]] {
        guard let known = found[wish], !known.groups.isEmpty else { return [] }
        let count = known.groups.count
        let start = known.offers * Self.offeredMax % count
        var chosen: [Int] = []
        for step in 0..<count where chosen.count < Self.offeredMax {
            let number = (start + step) % count
            if known.groups[number].allSatisfy(isFree) { chosen.append(number) }
        }
        found[wish]?.offers = (known.offers + 1) % Self.spread
        return chosen.sorted().map { known.groups[$0] }
    }
}
