import Testing

@testable import SocketLoop

@Suite struct ConnectionStateMachineTests {
    var machine = ConnectionStateMachine(
        hostCount: 2, backOff: ReconnectBackOff(initialMilliseconds: 100, maximumMilliseconds: 300))

    @Test mutating func `every address of every host is tried, then there is a pause`() {
        #expect(machine.started() == .resolve(host: 0))
        #expect(machine.addressesFound(["a", "b"], chance: 0) == .connect(host: 0, address: "a"))
        #expect(machine.attemptFailed(chance: 0) == .connect(host: 0, address: "b"))
        #expect(machine.attemptFailed(chance: 0) == .resolve(host: 1))
        #expect(machine.addressesFound(["c"], chance: 0) == .connect(host: 1, address: "c"))
        #expect(machine.attemptFailed(chance: 0) == .pause(.milliseconds(50)))
        #expect(machine.pauseEnded() == .resolve(host: 0))
    }

    @Test mutating func `a host without addresses is passed over`() {
        #expect(machine.started() == .resolve(host: 0))
        #expect(machine.addressesFound([], chance: 0) == .resolve(host: 1))
        #expect(machine.attemptFailed(chance: 0.5) == .pause(.milliseconds(75)))
    }

    @Test mutating func `a lost connection begins anew with the first host`() {
        #expect(machine.started() == .resolve(host: 0))
        #expect(machine.addressesFound([], chance: 0) == .resolve(host: 1))
        #expect(machine.addressesFound(["c"], chance: 0) == .connect(host: 1, address: "c"))
        #expect(machine.attemptSucceeded() == .announceReady)
        #expect(machine.state == .ready)
        #expect(machine.connectionLost(chance: 0) == .pause(.milliseconds(50)))
        #expect(machine.pauseEnded() == .resolve(host: 0))
    }

    @Test mutating func `a stopped connection stays stopped`() {
        #expect(machine.started() == .resolve(host: 0))
        #expect(machine.stopRequested() == .release)
        #expect(machine.stopRequested() == .none)
        #expect(machine.addressesFound(["a"], chance: 0) == .none)
        #expect(machine.attemptSucceeded() == .none)
        #expect(machine.attemptFailed(chance: 0) == .none)
        #expect(machine.connectionLost(chance: 0) == .none)
        #expect(machine.pauseEnded() == .none)
        #expect(machine.state == .stopped)
    }

    @Test func `pauses double up to their maximum, and by chance`() {
        var backOff = ReconnectBackOff(initialMilliseconds: 100, maximumMilliseconds: 300)
        #expect(backOff.nextDelay(chance: 0) == .milliseconds(50))
        #expect(backOff.nextDelay(chance: 0.5) == .milliseconds(150))
        #expect(backOff.nextDelay(chance: 0) == .milliseconds(150))
        for _ in 0..<100 { #expect(backOff.nextDelay(chance: 0.999) < .milliseconds(300)) }
        backOff.reset()
        #expect(backOff.nextDelay(chance: 0) == .milliseconds(50))
    }
}
