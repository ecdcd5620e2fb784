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

    private(set) var position: SeatsPosition
    private(set) var states: PackedSeatStates
    private var changedSequences: [Int64]
    /// The first sequence whose changes are known seat by seat.
    private let origin: Int64
    private var recent: RecentSeatChanges

    /// The map of a snapshot; nil when its text and its count don't fit each other.
    init?(_ snapshot: SeatSnapshot) {
        guard let states = snapshot.packedStates else { return nil }
        position = snapshot.position
        self.states = states
        changedSequences = [Int64](repeating: snapshot.sequence, count: states.count)
        origin = snapshot.sequence
        recent = RecentSeatChanges(since: snapshot.sequence)
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
        }
        recent.append(delta.changes.lazy.map(\.seatIndex), at: delta.sequence)
        position.sequence = delta.sequence
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

    /// What changed after a sequence, ascending by seat; nil when that can't be told from here.
    func changes(after sequence: Int64) -> [SeatChange]? {
        guard sequence >= origin, sequence <= position.sequence else { return nil }
        if sequence == position.sequence { return [] }
        if let seats = recent.seats(after: sequence) {
            return seats.map { SeatChange(seatIndex: $0, state: states[Int($0)]) }
        }
        return changedSequences.indices.compactMap { seat in
            guard changedSequences[seat] > sequence else { return nil }
            return SeatChange(seatIndex: SeatIndex(seat), state: states[seat])
        }
    }
}
