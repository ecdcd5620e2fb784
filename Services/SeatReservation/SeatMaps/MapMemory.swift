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
        var claims: [SeatIndex: Int] = [:]
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
            state.view = Self.view(view, applying: reading.changes, reaching: reading.sequence, at: now)
        }
    }

    /// What changed since a view's position was read from the ledger.
    func advance(by reading: DoorReading, readAt: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let view = state.view, view.position.epoch == reading.epoch else { return false }
            if reading.sequence < view.position.sequence { return true }
            guard reading.afterSequence <= view.position.sequence else { return false }
            state.view = Self.view(view, applying: reading.changes, reaching: reading.sequence, at: readAt)
            return true
        }
    }

    /// The whole map was read; an older reading of the same epoch changes nothing.
    func replace(by reading: SeatMapReading, readAt: ContinuousClock.Instant) {
        state.withLock { state in
            if let view = state.view, view.position.epoch == reading.position.epoch,
                view.position.sequence > reading.position.sequence
            {
                return
            }
            state.view = View(position: reading.position, states: reading.states, readAt: readAt)
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

    private static func view(
        _ view: View, applying changes: [SeatChange], reaching sequence: Int64, at instant: ContinuousClock.Instant
    ) -> View {
        var states = view.states
        for change in changes where Int(change.seatIndex) < states.count {
            states[Int(change.seatIndex)] = change.state
        }
        return View(
            position: SeatsPosition(epoch: view.position.epoch, sequence: sequence), states: states,
            readAt: max(view.readAt, instant))
    }
}
