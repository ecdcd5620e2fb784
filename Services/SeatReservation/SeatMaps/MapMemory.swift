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
        fileprivate(set) var position: SeatsPosition
        fileprivate(set) var states: PackedSeatStates
        /// The same, and as if those that requests of this replica ask for at this moment were held: what can be proposed.
        fileprivate(set) var openStates: PackedSeatStates
        /// When the ledger was asked, or when the batch's commit was known.
        fileprivate(set) var readAt: ContinuousClock.Instant
    }

    private struct State {
        var view: View?
        /// What led to the view's position.
        var recent = RecentSeatChanges(since: .max)
        var claims: [SeatIndex: Int] = [:]
        var saleSeenOpenAt: ContinuousClock.Instant?

        // A view is changed where it stands: a copy at hand, also one that is only looked at, would make each change copy
        // the whole map.
        mutating func apply(_ reading: DoorReading, at instant: ContinuousClock.Instant) {
            guard let count = view?.states.count, let readAt = view?.readAt else { return }
            view?.position.sequence = reading.sequence
            view?.readAt = max(readAt, instant)
            for change in reading.changes where Int(change.seatIndex) < count {
                view?.states[Int(change.seatIndex)] = change.state
            }
            reopen(reading.changes.lazy.map(\.seatIndex))
            recent.append(reading.changes.lazy.map(\.seatIndex), at: reading.sequence)
        }

        /// Brings the open states of seats up to their states and claims.
        mutating func reopen(_ seats: some Sequence<SeatIndex>) {
            guard let count = view?.states.count else { return }
            for seat in seats where Int(seat) < count {
                guard let state = view?.states[Int(seat)] else { return }
                let open = openState(of: seat, state)
                view?.openStates[Int(seat)] = open
            }
        }

        private func openState(of seat: SeatIndex, _ state: SeatState) -> SeatState {
            state == .available && claims[seat] != nil ? .held : state
        }

        mutating func replace(by reading: SeatMapReading, readAt: ContinuousClock.Instant) {
            var openStates = reading.states
            for seat in claims.keys where Int(seat) < openStates.count {
                openStates[Int(seat)] = openState(of: seat, reading.states[Int(seat)])
            }
            view = View(
                position: reading.position, states: reading.states, openStates: openStates, readAt: readAt)
            recent = RecentSeatChanges(since: reading.position.sequence)
        }
    }

    private let state = Mutex(State())

    /// The last reading; nil before the first.
    var view: View? { state.withLock { $0.view } }

    /// The same as a batch needs it to read only what changed since.
    var known: KnownSeatMap? { view.map { KnownSeatMap(position: $0.position, states: $0.states) } }

    /// A batch of this process committed. What does not fit leaves the map as it is, to be read anew.
    func follow(_ reading: DoorReading, at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard let position = state.view?.position, position.epoch == reading.epoch,
                reading.afterSequence <= position.sequence, position.sequence <= reading.sequence
            else { return }
            state.apply(reading, at: now)
        }
    }

    /// What changed since a view's position was read from the ledger.
    func advance(by reading: DoorReading, readAt: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let position = state.view?.position, position.epoch == reading.epoch else { return false }
            if reading.sequence < position.sequence { return true }
            guard reading.afterSequence <= position.sequence else { return false }
            state.apply(reading, at: readAt)
            return true
        }
    }

    /// The whole map was read; an older reading, or one of an earlier epoch, changes nothing.
    func replace(by reading: SeatMapReading, readAt: ContinuousClock.Instant) {
        state.withLock { state in
            if let view = state.view, reading.position.isBefore(view.position) { return }
            state.replace(by: reading, readAt: readAt)
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
            state.reopen(seats)
        }
    }

    /// Their answer has come.
    func unclaim(_ seats: [SeatIndex]) {
        state.withLock { state in
            for seat in seats {
                let left = (state.claims[seat] ?? 1) - 1
                state.claims[seat] = left > 0 ? left : nil
            }
            state.reopen(seats)
        }
    }

    // MARK: What is lost

    /// A batch judged seats of this performance by their states: its sale was open then.
    func sawOpenSale(at instant: ContinuousClock.Instant) {
        state.withLock { $0.saleSeenOpenAt = max($0.saleSeenOpenAt ?? instant, instant) }
    }

    /// What a batch would say to whoever wishes for these seats, where it is known from lately that the sale is open and
    /// that somebody has some of them; else nil: then a batch has to be asked.
    func lossOf(
        _ seats: [SeatIndex], noOlderThan age: Duration, at now: ContinuousClock.Instant
    ) -> SeatLoss? {
        state.withLock { state in
            guard let view = state.view, now - view.readAt <= age, let openAt = state.saleSeenOpenAt,
                now - openAt <= age, seats.allSatisfy({ $0 >= 0 && Int($0) < view.states.count })
            else { return nil }
            let gone = seats.filter { view.states[Int($0)] != .available }
            if gone.isEmpty { return nil }
            return gone.contains { view.states[Int($0)] != .blocked } ? .taken(gone) : .blocked(gone)
        }
    }
}
