import Ticketing
import Wire

/// A performance's map as a channel keeps it: each seat's state and the sequence of its last change.
///
/// Enough to say what changed since any sequence of this epoch, without a history.
struct ChannelMap: Equatable, Sendable {
    /// What became of a delta.
    enum Outcome: Equatable {
        /// The map stands at the delta's sequence now.
        case applied
        /// The map stood there already.
        case ignored
        /// The delta belongs behind changes that are missing, to another epoch, or to another map.
        case gap
    }

    /// One change that is remembered, so that short ways back need no look at all seats.
    private struct Recent: Equatable {
        let sequence: Int64
        let seat: SeatIndex
    }

    /// Changes that are remembered at least; older ways back look at all seats.
    static let recentMax = 4096

    private(set) var position: SeatsPosition
    private(set) var states: PackedSeatStates
    private var changedSequences: [Int64]
    /// The first sequence whose changes are known seat by seat.
    private let origin: Int64
    private var recent: [Recent] = []
    private var recentSince: Int64

    /// The map of a snapshot; nil when its text and its count don't fit each other.
    init?(_ snapshot: SeatSnapshot) {
        guard let states = snapshot.packedStates else { return nil }
        position = snapshot.position
        self.states = states
        changedSequences = [Int64](repeating: snapshot.sequence, count: states.count)
        origin = snapshot.sequence
        recentSince = snapshot.sequence
    }

    /// Applies a delta by DESIGN's rule: the same epoch and `after_sequence ≤ mine < sequence`.
    mutating func apply(_ delta: SeatDelta) -> Outcome {
        guard delta.epoch == position.epoch else { return .gap }
        if delta.sequence <= position.sequence { return .ignored }
        guard delta.afterSequence <= position.sequence,
            delta.changes.allSatisfy({ $0.seatIndex >= 0 && $0.seatIndex < states.count })
        else { return .gap }
        for change in delta.changes {
            states[Int(change.seatIndex)] = change.state
            changedSequences[Int(change.seatIndex)] = delta.sequence
            recent.append(Recent(sequence: delta.sequence, seat: change.seatIndex))
        }
        position.sequence = delta.sequence
        forgetOld()
        return .applied
    }

    /// Takes over a newer snapshot; seats that it changed count as changed at its sequence, so that viewers of
    /// this epoch can go on from where they stand. False when the two are not of one epoch and size, or when
    /// the snapshot is older.
    mutating func advance(to snapshot: SeatSnapshot) -> Bool {
        guard snapshot.epoch == position.epoch, snapshot.sequence >= position.sequence,
            let newer = snapshot.packedStates, newer.count == states.count
        else { return false }
        let changes = (0..<states.count).compactMap { seat in
            newer[seat] == states[seat] ? nil : SeatChange(seatIndex: SeatIndex(seat), state: newer[seat])
        }
        return apply(
            SeatDelta(
                epoch: position.epoch, afterSequence: position.sequence, sequence: snapshot.sequence, changes: changes)
        ) != .gap
    }

    /// What changed after a sequence; nil when that can't be told from here.
    func changes(after sequence: Int64) -> [SeatChange]? {
        guard sequence >= origin, sequence <= position.sequence else { return nil }
        if sequence == position.sequence { return [] }
        if sequence >= recentSince {
            let seats = Set(recent.reversed().prefix { $0.sequence > sequence }.map(\.seat))
            return seats.sorted().map { SeatChange(seatIndex: $0, state: states[Int($0)]) }
        }
        return changedSequences.indices.compactMap { seat in
            guard changedSequences[seat] > sequence else { return nil }
            return SeatChange(seatIndex: SeatIndex(seat), state: states[seat])
        }
    }

    private mutating func forgetOld() {
        guard recent.count > 2 * Self.recentMax else { return }
        recentSince = recent[recent.count - Self.recentMax - 1].sequence
        recent.removeFirst(recent.count - Self.recentMax)
    }
}
