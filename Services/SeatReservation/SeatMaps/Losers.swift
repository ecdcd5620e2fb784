import Ticketing
import Wire

/// Answers those who wished for seats that somebody else has. The search and the bytes are shared by all who lost the same
/// seats.
struct Losers {
    /// Answers whose bytes are kept.
    static let refusalsMax = 256

    /// A refusal and the number that it goes by: two with the same number are the same.
    struct Refusal {
        let number: Int
        let refusal: SharedRefusal
    }

    private struct Told: Hashable {
        let loss: SeatLoss
        let alternatives: [[SeatIndex]]
    }

    private let geometry: SeatGeometry
    private var alternatives = Alternatives()
    private var refusals: [Told: Refusal] = [:]
    private var lastNumber = 0

    init(geometry: SeatGeometry) {
        self.geometry = geometry
    }

    /// What the next loser is told. Without a view nothing is known that could be offered.
    mutating func refusal(
        _ loss: SeatLoss, wish: [SeatIndex], view: MapMemory.View?, at now: ContinuousClock.Instant
    ) throws(WireJSONFailure) -> Refusal {
        let offered = view.map { groups(for: wish, $0, at: now) } ?? []
        let told = Told(loss: loss, alternatives: offered)
        if let known = refusals[told] { return known }
        lastNumber += 1
        let refusal = Refusal(
            number: lastNumber, refusal: try SharedRefusal(HoldAnswers.problem(loss, alternatives: offered)))
        if refusals.count >= Self.refusalsMax { refusals.removeAll(keepingCapacity: true) }
        refusals[told] = refusal
        return refusal
    }

    private mutating func groups(
        for wish: [SeatIndex], _ view: MapMemory.View, at now: ContinuousClock.Instant
    ) -> [[SeatIndex]] {
        let isFree = { (seat: SeatIndex) in view.openStates[Int(seat)] == .available }
        return alternatives.next(for: wish, position: view.position, at: now, isFree: isFree) { [geometry] count in
            geometry.alternatives(to: wish, count: count, isFree: isFree)
        }
    }
}
