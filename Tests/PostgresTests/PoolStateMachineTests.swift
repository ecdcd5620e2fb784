import Testing

@testable import Postgres

@Suite struct PoolStateMachineTests {
    typealias Machine = PoolStateMachine<String>

    private func machine(connections: Int, inFlight: Int = 2, queue: Int = 10, ready: Int? = nil) -> Machine {
        var machine = Machine(connectionsMax: connections, inFlightMax: inFlight, queueMax: queue)
        for slot in 0..<(ready ?? connections) { machine.connectionReady(slot: slot) }
        return machine
    }

    /// All that the machine wants done, in words.
    private func actions(_ machine: inout Machine) -> [String] {
        var actions: [String] = []
        while true {
            switch machine.next() {
            case .none: return actions
            case .send(let request, let slot): actions.append("\(request)→\(slot)")
            case .lease(let request, let slot): actions.append("\(request) leases \(slot)")
            }
        }
    }

    private func request(_ machine: inout Machine, statements: String...) {
        for statement in statements {
            let isQueued = machine.statementRequested(statement)
            #expect(isQueued)
        }
    }

    private func request(_ machine: inout Machine, leases: String...) {
        for lease in leases {
            let isQueued = machine.leaseRequested(lease)
            #expect(isQueued)
        }
    }

    @Test func `statements go to the least busy connection, up to its depth`() {
        var machine = machine(connections: 2)
        request(&machine, statements: "a", "b", "c", "d", "e")
        #expect(actions(&machine) == ["a→0", "b→1", "c→0", "d→1"])
        machine.statementEnded(slot: 1)
        #expect(actions(&machine) == ["e→1"])
    }

    @Test func `without a connection everybody waits`() {
        var machine = machine(connections: 2, ready: 0)
        request(&machine, statements: "a")
        request(&machine, leases: "x")
        #expect(actions(&machine) == [])
        #expect(!machine.hasConnection)
        machine.connectionReady(slot: 1)
        #expect(actions(&machine) == ["a→1"])
        machine.statementEnded(slot: 1)
        #expect(actions(&machine) == ["x leases 1"])
    }

    @Test func `a lease takes an idle connection at once`() {
        var machine = machine(connections: 3)
        request(&machine, statements: "a")
        request(&machine, leases: "x")
        #expect(actions(&machine) == ["x leases 0", "a→1"])
    }

    @Test func `a busy connection is drained for a lease`() {
        var machine = machine(connections: 2, inFlight: 1)
        request(&machine, statements: "a", "b")
        #expect(actions(&machine) == ["a→0", "b→1"])
        request(&machine, leases: "x")
        request(&machine, statements: "c")
        #expect(actions(&machine) == [])
        #expect(machine.slots == [.draining(inFlight: 1), .shared(inFlight: 1)])
        machine.statementEnded(slot: 0)
        #expect(actions(&machine) == ["x leases 0"])
        machine.leaseReturned(slot: 0)
        #expect(actions(&machine) == ["c→0"])
    }

    @Test func `one of several connections always stays shared`() {
        var machine = machine(connections: 3)
        request(&machine, leases: "x", "y", "z")
        #expect(actions(&machine) == ["x leases 0", "y leases 1"])
        request(&machine, statements: "a")
        #expect(actions(&machine) == ["a→2"])
        machine.leaseReturned(slot: 1)
        #expect(actions(&machine) == ["z leases 1"])
    }

    @Test func `a single connection serves in the order of the requests`() {
        var machine = machine(connections: 1)
        request(&machine, statements: "a")
        request(&machine, leases: "x")
        request(&machine, statements: "b")
        #expect(actions(&machine) == ["a→0"])
        machine.statementEnded(slot: 0)
        #expect(actions(&machine) == ["x leases 0"])
        machine.leaseReturned(slot: 0)
        #expect(actions(&machine) == ["b→0"])
    }

    @Test func `a connection whose lease was given up is shared again`() {
        var machine = machine(connections: 2, inFlight: 1)
        request(&machine, statements: "a", "b")
        #expect(actions(&machine) == ["a→0", "b→1"])
        request(&machine, leases: "x")
        #expect(actions(&machine) == [])
        #expect(machine.removeWaiting { $0 == "x" } == ["x"])
        #expect(actions(&machine) == [])
        #expect(machine.slots == [.shared(inFlight: 1), .shared(inFlight: 1)])
    }

    @Test func `a lost connection's lease may be returned without effect`() {
        var machine = machine(connections: 2)
        request(&machine, leases: "x")
        #expect(actions(&machine) == ["x leases 0"])
        machine.connectionLost(slot: 0)
        machine.leaseReturned(slot: 0)
        #expect(machine.slots == [.down, .shared(inFlight: 0)])
        machine.connectionReady(slot: 0)
        #expect(machine.slots == [.shared(inFlight: 0), .shared(inFlight: 0)])
    }

    @Test func `a full queue refuses`() {
        var machine = machine(connections: 1, queue: 2, ready: 0)
        request(&machine, statements: "a")
        request(&machine, leases: "x")
        let isQueued = (machine.statementRequested("b"), machine.leaseRequested("y"))
        #expect(isQueued == (false, false))
        #expect(machine.waiting == ["a", "x"])
    }
}
