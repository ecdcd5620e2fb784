import Ticketing
import Wire

/// Keeps one performance's map whole while deltas come early, twice or not at all (DESIGN 7).
///
/// Two services publish over connections of their own, so that a change may arrive before the one it stands on. Such
/// a delta waits a little for the missing one; then the ledger is asked. One question is under way at a time.
struct ChannelStateMachine: Sendable {
    enum Action: Equatable {
        /// Nothing to do.
        case none
        /// The map moved on: viewers are to be told.
        case publish
        /// The map moved on, and a delta waits still: both.
        case publishAndLookAgain
        /// A delta waits for the one before it: look again after `earlyMillisecondsMax`.
        case lookAgain
        /// Ask for what changed after the position, or for everything.
        case ask(after: SeatsPosition?)
        /// There is no such performance: viewers are to be sent away.
        case end
    }

    /// Early deltas kept at most; one more and the ledger is asked at once.
    static let earlyMax = 256
    /// How long an early delta waits for the one before it.
    static let earlyMillisecondsMax = 50

    /// The map; nil until the first answer.
    private(set) var map: ChannelMap?
    private var early: [SeatDelta] = []
    private var isAsking = false

    /// Somebody watches, or it is time to make sure.
    mutating func checkIsDue() -> Action {
        ask()
    }

    /// A delta came over the channel.
    mutating func deltaReceived(_ delta: SeatDelta) -> Action {
        switch map?.apply(delta) {
        case .applied:
            applyEarly()
            return .publish
        case .ignored:
            return .none
        case .gap where delta.epoch == map?.position.epoch && early.count < Self.earlyMax:
            keep(delta)
            return .lookAgain
        case .gap, nil:
            keep(delta)
            return ask()
        }
    }

    /// Time passed since a delta came early: when it still waits, the ledger is asked.
    mutating func earlyDeltasWaited() -> Action {
        early.isEmpty ? .none : ask()
    }

    /// The ledger answered.
    mutating func answerReceived(_ answer: SeatsAnswer) -> Action {
        isAsking = false
        let before = map?.position
        switch answer {
        case .unknownPerformance:
            return .end
        case .snapshot(let snapshot):
            take(snapshot)
        case .delta(let delta):
            guard map?.apply(delta) != .gap else {
                // It no longer fits where we stand: only the whole map helps.
                isAsking = true
                return .ask(after: nil)
            }
        }
        applyEarly()
        // What waits still was published after the answer was read: nobody else would look at it before the next check.
        switch (before != map?.position, early.isEmpty) {
        case (true, true): return .publish
        case (true, false): return .publishAndLookAgain
        case (false, true): return .none
        case (false, false): return .lookAgain
        }
    }

    /// The question brought no answer; the next check asks again.
    mutating func questionFailed() {
        isAsking = false
    }

    private mutating func ask() -> Action {
        guard !isAsking else { return .none }
        isAsking = true
        return .ask(after: map?.position)
    }

    private mutating func take(_ snapshot: SeatSnapshot) {
        if let mine = map?.position {
            // An older snapshot was overtaken by deltas on its way here, or comes from a server that is none any more.
            if mine == snapshot.position || snapshot.position.isBefore(mine) { return }
            if map?.advance(to: snapshot) == true { return }
        }
        map = ChannelMap(snapshot) ?? map
    }

    private mutating func keep(_ delta: SeatDelta) {
        if early.count >= Self.earlyMax { early.removeFirst() }
        let place = early.firstIndex { $0.sequence > delta.sequence } ?? early.endIndex
        early.insert(delta, at: place)
    }

    private mutating func applyEarly() {
        guard !early.isEmpty, map != nil else { return }
        for delta in early { _ = map?.apply(delta) }
        let position = map?.position
        early.removeAll { $0.epoch != position?.epoch || $0.sequence <= position?.sequence ?? 0 }
    }
}
