import Testing

@testable import Postgres

/// Each test reads as a trace of what the server answers.
@Suite struct PipelineStateMachineTests {
    typealias Machine = PipelineStateMachine<String, Int>

    var machine = Machine()

    @Test mutating func `a unit is complete when its Sync is answered`() {
        machine.unitSent("a", steps: [.statement])
        #expect(machine.rowsReceived(1).isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete a: rows [1]")
        #expect(machine.isEmpty)
    }

    @Test mutating func `preparing is a step without rows`() {
        machine.unitSent("a", steps: [.prepare, .statement, .statement])
        for rows in [0, 1, 2] {
            #expect(machine.rowsReceived(rows).isNone)
            machine.stepEnded()
        }
        #expect(machine.syncReceived().description == "complete a: rows [1, 2]")
    }

    @Test mutating func `an error spoils its own unit alone`() {
        machine.unitSent("a", steps: [.statement, .statement])
        machine.unitSent("b", steps: [.statement])
        #expect(machine.errorReceived(ServerError(sqlState: "23505")).isNone)
        machine.stepEnded()
        #expect(machine.abortedReceived().isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete a: 23505 at 0")
        #expect(machine.rowsReceived(7).isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete b: rows [7]")
    }

    @Test mutating func `an error after the last step is the commit's`() {
        machine.unitSent("a", steps: [.statement])
        #expect(machine.rowsReceived(1).isNone)
        machine.stepEnded()
        #expect(machine.errorReceived(ServerError(sqlState: "23503")).isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete a: 23503 at the Sync")
    }

    @Test mutating func `a warning about the commit makes it uncertain`() {
        machine.unitSent("a", steps: [.statement])
        #expect(machine.rowsReceived(1).isNone)
        machine.commitWarningReceived("not replicated")
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete a: uncertain")
    }

    @Test mutating func `a server that goes away behind the COMMIT's own answer leaves it unknown`() {
        machine.unitSent("commit", steps: [.statement])
        #expect(machine.rowsReceived(1).isNone)
        machine.stepEnded()
        #expect(machine.errorReceived(ServerError(sqlState: "57P01", severity: "FATAL")).isNone)
        let lost = machine.connectionLost()
        #expect(lost.map(\.unit) == ["commit"])
        #expect(lost[0].error == nil && !lost[0].isKnownUndone)
    }

    @Test mutating func `a step's end that comes twice moves nothing`() {
        machine.unitSent("a", steps: [.statement, .statement])
        machine.stepEnded()
        #expect(machine.rowsReceived(1).isNone)
        machine.stepEnded()
        machine.stepEnded()
        #expect(machine.rowsReceived(2).isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().description == "complete a: rows [1, 2]")
    }

    @Test mutating func `what nobody asked for closes the connection`() {
        #expect(machine.rowsReceived(1).isClose)
        #expect(machine.syncReceived().isClose)
        #expect(machine.errorReceived(ServerError(sqlState: "XX000")).isClose)
        machine.unitSent("a", steps: [.statement, .statement])
        #expect(machine.abortedReceived().isClose)
        #expect(machine.rowsReceived(1).isNone)
        machine.stepEnded()
        #expect(machine.syncReceived().isClose)
    }

    @Test mutating func `a lost connection leaves its units unknown`() {
        machine.unitSent("a", steps: [.statement])
        machine.unitSent("b", steps: [.statement])
        #expect(machine.rowsReceived(1).isNone)
        let lost = machine.connectionLost()
        #expect(lost.map(\.unit) == ["a", "b"])
        #expect(lost.allSatisfy { $0.error == nil && !$0.isKnownUndone })
        #expect(machine.isEmpty)
    }

    @Test mutating func `after a fatal error the units behind it are known to be undone`() {
        machine.unitSent("a", steps: [.statement])
        machine.unitSent("b", steps: [.statement])
        #expect(machine.errorReceived(ServerError(sqlState: "57P01", severity: "FATAL")).isNone)
        let lost = machine.connectionLost()
        #expect(lost[0].error?.sqlState == "57P01")
        #expect(lost.map(\.isKnownUndone) == [false, true])
    }
}

extension PipelineStateMachine<String, Int>.Action {
    var isNone: Bool {
        if case .none = self { return true }
        return false
    }

    var isClose: Bool {
        if case .close = self { return true }
        return false
    }

    var description: String {
        switch self {
        case .none: "none"
        case .close: "close"
        case .complete(let unit, .rows(let rows)): "complete \(unit): rows \(rows)"
        case .complete(let unit, .failed(let error, let step)):
            "complete \(unit): \(error.sqlState) at \(step.map(String.init) ?? "the Sync")"
        case .complete(let unit, .uncertain): "complete \(unit): uncertain"
        }
    }
}
