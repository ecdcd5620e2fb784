import DequeModule

/// Who gets which connection. Single statements share connections and are answered in order; a transaction leases
/// one alone: it is taken out of the sharing, drained, leased, returned.
struct PoolStateMachine<Request> {
    enum Slot: Equatable {
        case down
        case shared(inFlight: Int)
        /// Chosen for a lease, waits for the statements under way on it.
        case draining(inFlight: Int)
        case leased
    }

    enum Action {
        case none
        case send(Request, slot: Int)
        case lease(Request, slot: Int)
    }

    private struct Waiting {
        let turn: UInt64
        let request: Request
    }

    private(set) var slots: [Slot]
    private let inFlightMax: Int
    private let queueMax: Int
    private var singles: Deque<Waiting> = []
    private var leases: Deque<Waiting> = []
    private var lastTurn: UInt64 = 0

    init(connectionsMax: Int, inFlightMax: Int, queueMax: Int) {
        precondition(connectionsMax > 0 && inFlightMax > 0 && queueMax > 0)
        slots = Array(repeating: .down, count: connectionsMax)
        self.inFlightMax = inFlightMax
        self.queueMax = queueMax
    }

    var waitingCount: Int { singles.count + leases.count }
    var waiting: [Request] { singles.map(\.request) + leases.map(\.request) }
    var hasConnection: Bool { slots.contains { $0 != .down } }

    /// What the slots do, and how many wait.
    var load: PoolLoad {
        var load = PoolLoad(waiting: waitingCount)
        for slot in slots where slot != .down {
            load.connections += 1
            switch slot {
            case .down: break
            case .shared(let inFlight), .draining(let inFlight):
                load.connectionsInUse += inFlight > 0 ? 1 : 0
                load.statementsInFlight += inFlight
            case .leased: load.connectionsInUse += 1
            }
        }
        return load
    }

    /// False when the queue is full.
    mutating func statementRequested(_ request: Request) -> Bool {
        guard waitingCount < queueMax else { return false }
        singles.append(Waiting(turn: nextTurn(), request: request))
        return true
    }

    /// False when the queue is full.
    mutating func leaseRequested(_ request: Request) -> Bool {
        guard waitingCount < queueMax else { return false }
        leases.append(Waiting(turn: nextTurn(), request: request))
        return true
    }

    mutating func connectionReady(slot: Int) {
        switch slots[slot] {
        case .down: slots[slot] = .shared(inFlight: 0)
        case .shared, .draining, .leased: preconditionFailure("slot \(slot) ready while \(slots[slot])")
        }
    }

    mutating func connectionLost(slot: Int) {
        slots[slot] = .down
    }

    mutating func statementEnded(slot: Int) {
        switch slots[slot] {
        case .shared(let inFlight): slots[slot] = .shared(inFlight: inFlight - 1)
        case .draining(let inFlight): slots[slot] = .draining(inFlight: inFlight - 1)
        case .leased, .down: preconditionFailure("a statement ended on slot \(slot) while \(slots[slot])")
        }
    }

    mutating func leaseReturned(slot: Int) {
        switch slots[slot] {
        case .leased: slots[slot] = .shared(inFlight: 0)
        case .down: break
        case .shared, .draining: preconditionFailure("a lease of slot \(slot) returned while \(slots[slot])")
        }
    }

    /// Takes out of the queue what need not wait any longer.
    mutating func removeWaiting(where isOver: (Request) -> Bool) -> [Request] {
        let over = waiting.filter(isOver)
        guard !over.isEmpty else { return [] }
        singles.removeAll { isOver($0.request) }
        leases.removeAll { isOver($0.request) }
        return over
    }

    /// The next thing to do; to be asked until it answers `.none`.
    mutating func next() -> Action {
        if leases.isEmpty { shareDraining() }
        if isLeaseNext, let slot = slotForLease(), let first = leases.popFirst() {
            slots[slot] = .leased
            return .lease(first.request, slot: slot)
        }
        if let (slot, inFlight) = leastBusy(below: inFlightMax), let first = singles.popFirst() {
            slots[slot] = .shared(inFlight: inFlight + 1)
            return .send(first.request, slot: slot)
        }
        return .none
    }

    private mutating func nextTurn() -> UInt64 {
        lastTurn += 1
        return lastTurn
    }

    /// With a single connection, statements and leases take turns as they came.
    private var isLeaseNext: Bool {
        guard let lease = leases.first else { return false }
        guard slots.count(where: { $0 != .down }) < 2, let single = singles.first else { return true }
        return lease.turn < single.turn
    }

    /// A drained connection, or the least busy one that may be taken. One of several always stays shared, so that a
    /// statement never waits for somebody's transaction.
    private mutating func slotForLease() -> Int? {
        if let drained = slots.firstIndex(of: .draining(inFlight: 0)) { return drained }
        var connected = 0
        var taken = 0
        var isDraining = false
        for slot in slots {
            switch slot {
            case .down: break
            case .shared: connected += 1
            case .draining:
                (connected, taken) = (connected + 1, taken + 1)
                isDraining = true
            case .leased: (connected, taken) = (connected + 1, taken + 1)
            }
        }
        guard !isDraining, taken < max(1, connected - 1), let (slot, inFlight) = leastBusy(below: .max) else {
            return nil
        }
        if inFlight == 0 { return slot }
        slots[slot] = .draining(inFlight: inFlight)
        return nil
    }

    private func leastBusy(below limit: Int) -> (slot: Int, inFlight: Int)? {
        var best: (slot: Int, inFlight: Int)?
        for (index, slot) in slots.enumerated() {
            if case .shared(let inFlight) = slot, inFlight < limit, inFlight < best?.inFlight ?? .max {
                best = (index, inFlight)
            }
        }
        return best
    }

    private mutating func shareDraining() {
        for (index, slot) in slots.enumerated() {
            if case .draining(let inFlight) = slot { slots[index] = .shared(inFlight: inFlight) }
        }
    }
}
