import Testing

@testable import Postgres

@Suite struct WriteBreakerStateMachineTests {
    let start = ContinuousClock.now
    var machine = WriteBreakerStateMachine(patience: .milliseconds(250))

    private func after(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test mutating func `silence sends one probe, whose commit ends the suspicion`() {
        #expect(machine.silenceSeen(at: start) == .probe)
        #expect(machine.silenceSeen(at: after(10)) == .none)
        #expect(machine.deadline == after(250))
        #expect(machine.timePassed(to: after(249)) == .none)
        #expect(machine.probeCommitted(after: .milliseconds(200)) == .release)
        #expect(machine.state == .closed && machine.openings == 0)
    }

    @Test mutating func `a probe has its time from when it was sent`() {
        _ = machine.silenceSeen(at: start)
        machine.probeSent(at: after(200))
        #expect(machine.timePassed(to: after(250)) == .none)
        #expect(machine.deadline == after(450))
        #expect(machine.timePassed(to: after(450)) == .open)
        machine.probeSent(at: after(500))
        #expect(machine.state == .open)
    }

    @Test mutating func `a probe that takes too long has writes refused until another one is quick`() {
        _ = machine.silenceSeen(at: start)
        #expect(machine.timePassed(to: after(250)) == .open)
        #expect(machine.timePassed(to: after(300)) == .none)
        #expect(machine.probeCommitted(after: .seconds(30)) == .probe)
        #expect(machine.state == .open)
        #expect(machine.probeCommitted(after: .milliseconds(250)) == .close)
        #expect(machine.state == .closed && machine.openings == 1)
    }

    @Test mutating func `whoever was silent and then answered was not stuck, however slow the probe is`() {
        _ = machine.silenceSeen(at: start)
        machine.probeSent(at: after(200))
        #expect(machine.silenceEnded() == .release)
        #expect(machine.state == .closed && machine.openings == 0)
        _ = machine.silenceSeen(at: start)
        _ = machine.timePassed(to: after(250))
        #expect(machine.silenceEnded() == .none)
        #expect(machine.state == .open)
    }

    @Test mutating func `a probe that is lost or meets another server is sent again`() {
        _ = machine.silenceSeen(at: start)
        #expect(machine.probeLost() == .probe)
        #expect(machine.timePassed(to: after(250)) == .open)
        #expect(machine.probeLost() == .probe)
        #expect(machine.serverChanged() == .probe)
        #expect(machine.state == .open)
    }

    @Test mutating func `a server that refuses the probe is not stuck, and not proved either`() {
        _ = machine.silenceSeen(at: start)
        #expect(machine.probeRefused() == .release)
        _ = machine.silenceSeen(at: start)
        _ = machine.timePassed(to: after(250))
        #expect(machine.probeRefused() == .probeLater)
        #expect(machine.state == .open)
    }

    @Test mutating func `without a suspicion nothing moves it`() {
        #expect(machine.timePassed(to: after(9_999)) == .none)
        #expect(machine.silenceEnded() == .none)
        #expect(machine.probeCommitted(after: .zero) == .none)
        #expect(machine.probeRefused() == .none)
        #expect(machine.probeLost() == .none)
        #expect(machine.serverChanged() == .none)
        #expect(machine.deadline == nil)
    }
}
