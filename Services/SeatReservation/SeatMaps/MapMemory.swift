import LedgerStore
import Synchronization
import Ticketing
import Wire

/// A performance's map as this replica last saw it, and the seats that its own requests are about to ask for.
///
/// Never decides a sale: it proposes seats, and answers readers. It follows the batches of this process as they commit,
/// and is read anew when one of another process came between.
final class MapMemory: Sendable {
    /// The map at an instant.
    struct View: Sendable {
        let position: SeatsPosition
        let states: PackedSeatStates
        /// When the ledger was asked, or when the batch's commit was known.
        let readAt: ContinuousClock.Instant
    }

    private struct State {
        var view: View?
        /// What led to the view's position.
        var recent = RecentSeatChanges(since: .max)
        var claims: [SeatIndex: Int] = [:]

        mutating func apply(_ reading: DoorReading, at instant: ContinuousClock.Instant) {
            guard var states = view?.states, let before = view else { return }
            // The states are changed in place: nobody else holds them meanwhile.
            view = nil
            for change in reading.changes where Int(change.seatIndex) < states.count {
                states[Int(change.seatIndex)] = change.state
            }
            recent.append(reading.changes.lazy.map(\.seatIndex), at: reading.sequence)
            view = View(
                position: SeatsPosition(epoch: before.position.epoch, sequence: reading.sequence), states: states,
                readAt: max(before.readAt, instant))
        }
    }

    private let state = Mutex(State())

    /// The last reading; nil before the first.
    var view: View? { state.withLock { $0.view } }

    /// A batch of this process committed. What does not fit leaves the map as it is, to be read anew.
    func follow(_ reading: DoorReading, at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard let view = state.view, view.position.epoch == reading.epoch,
                reading.afterSequence <= view.position.sequence, view.position.sequence <= reading.sequence
            else { return }
            state.apply(reading, at: now)
        }
    }

    /// What changed since a view's position was read from the ledger.
    func advance(by reading: DoorReading, readAt: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let view = state.view, view.position.epoch == reading.epoch else { return false }
            if reading.sequence < view.position.sequence { return true }
            guard reading.afterSequence <= view.position.sequence else { return false }
            state.apply(reading, at: readAt)
            return true
        }
    }

    /// The whole map was read; an older reading, or one of an earlier epoch, changes nothing.
    func replace(by reading: SeatMapReading, readAt: ContinuousClock.Instant) {
        state.withLock { state in
            if let view = state.view, reading.position.isBefore(view.position) { return }
            state.view = View(position: reading.position, states: reading.states, readAt: readAt)
            state.recent = RecentSeatChanges(since: reading.position.sequence)
        }
    }

    /// What changed from a position to the view; nil when the memory does not reach so far back, or not so far.
    func delta(after position: SeatsPosition) -> SeatDelta? {
        state.withLock { state in
            guard let view = state.view, view.position.epoch == position.epoch,
                position.sequence <= view.position.sequence, let seats = state.recent.seats(after: position.sequence)
            else { return nil }
            return SeatDelta(
                epoch: position.epoch, afterSequence: position.sequence, sequence: view.position.sequence,
                changes: seats.map { SeatChange(seatIndex: $0, state: view.states[Int($0)]) })
        }
    }

    /// Requests of this replica ask for seats: others are to be proposed other ones meanwhile.
    func claim(_ seats: [SeatIndex]) {
        state.withLock { state in
            for seat in seats { state.claims[seat, default: 0] += 1 }
        }
    }

    /// Their answer has come.
    func unclaim(_ seats: [SeatIndex]) {
        state.withLock { state in
            for seat in seats {
                let left = (state.claims[seat] ?? 1) - 1
                state.claims[seat] = left > 0 ? left : nil
            }
        }
    }

    /// Seats asked for at this moment.
    var claimed: Set<SeatIndex> { state.withLock { Set($0.claims.keys) } }
}
