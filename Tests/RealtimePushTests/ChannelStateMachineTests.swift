import Testing
import Ticketing
import Wire

@testable import RealtimePush

/// A channel as a trace: what comes in, and what the machine wants done.
struct ChannelStateMachineTests {
    private func snapshot(epoch: Int64 = 1, _ sequence: Int64, sold: [Int] = [], seats: Int = 16) -> SeatSnapshot {
        var states = PackedSeatStates(count: seats)
        for seat in sold { states[seat] = .sold }
        return SeatSnapshot(states: states, at: SeatsPosition(epoch: epoch, sequence: sequence))
    }

    /// The delta that leads from one sequence to another and sells the seat of the later one's number.
    private func delta(epoch: Int64 = 1, after: Int64, to sequence: Int64, seat: Int64? = nil) -> SeatDelta {
        SeatDelta(
            epoch: epoch, afterSequence: after, sequence: sequence,
            changes: [SeatChange(seatIndex: SeatIndex(seat ?? sequence % 16), state: .sold)])
    }

    /// A machine that stands at a sequence.
    private func machine(at sequence: Int64 = 0) -> ChannelStateMachine {
        var machine = ChannelStateMachine()
        #expect(machine.checkIsDue() == .ask(after: nil))
        #expect(machine.answerReceived(.snapshot(snapshot(sequence))) == .publish)
        return machine
    }

    private func position(_ sequence: Int64, epoch: Int64 = 1) -> SeatsPosition {
        SeatsPosition(epoch: epoch, sequence: sequence)
    }

    // MARK: Order

    @Test func `deltas in order move the map on, one after the other`() {
        var machine = machine()
        for sequence in Int64(1)...5 {
            #expect(machine.deltaReceived(delta(after: sequence - 1, to: sequence)) == .publish)
        }
        #expect(machine.map?.position == position(5))
        #expect((0..<16).filter { machine.map?.states[$0] == .sold } == [1, 2, 3, 4, 5])
    }

    @Test func `a delta that comes twice is ignored`() {
        var machine = machine()
        _ = machine.deltaReceived(delta(after: 0, to: 1))
        #expect(machine.deltaReceived(delta(after: 0, to: 1)) == .none)
        #expect(machine.map?.position == position(1))
    }

    @Test func `a delta that overlaps what is known moves the map on`() {
        var machine = machine(at: 5)
        #expect(machine.deltaReceived(delta(after: 3, to: 7)) == .publish)
        #expect(machine.map?.position == position(7))
    }

    @Test func `a change that comes before the one it stands on waits for it, and nobody is asked`() {
        var machine = machine()
        #expect(machine.deltaReceived(delta(after: 1, to: 2)) == .lookAgain)
        #expect(machine.map?.position == position(0))
        #expect(machine.deltaReceived(delta(after: 0, to: 1)) == .publish)
        #expect(machine.map?.position == position(2))
        #expect(machine.earlyDeltasWaited() == .none)
    }

    @Test func `any order of ten changes gives the same map`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var machine = machine()
            for sequence in (Int64(1)...10).shuffled(using: &random) {
                _ = machine.deltaReceived(delta(after: sequence - 1, to: sequence))
            }
            #expect(machine.map?.position == position(10))
            #expect((0..<16).filter { machine.map?.states[$0] == .sold } == Array(1...10))
        }
    }

    @Test func `when the one before it does not come in time, the ledger is asked once`() {
        var machine = machine()
        _ = machine.deltaReceived(delta(after: 1, to: 2))
        #expect(machine.earlyDeltasWaited() == .ask(after: position(0)))
        #expect(machine.earlyDeltasWaited() == .none)
        #expect(machine.checkIsDue() == .none)
        #expect(machine.answerReceived(.delta(delta(after: 0, to: 1))) == .publish)
        #expect(machine.map?.position == position(2))
    }

    @Test func `a change that still waits after an answer is looked at again`() {
        var machine = machine()
        _ = machine.deltaReceived(delta(after: 4, to: 5))
        #expect(machine.earlyDeltasWaited() == .ask(after: position(0)))
        // The answer was read before the changes 3 and 4.
        let action = machine.answerReceived(.delta(delta(after: 0, to: 2)))
        #expect(machine.map?.position == position(2))
        #expect(action == .publishAndLookAgain)
        #expect(machine.earlyDeltasWaited() == .ask(after: position(2)))
    }

    @Test func `256 early changes are kept, and one more asks at once`() {
        var machine = machine()
        for sequence in Int64(2)...Int64(ChannelStateMachine.earlyMax + 1) {
            #expect(machine.deltaReceived(delta(after: sequence - 1, to: sequence)) == .lookAgain)
        }
        let last = Int64(ChannelStateMachine.earlyMax + 2)
        #expect(machine.deltaReceived(delta(after: last - 1, to: last)) == .ask(after: position(0)))
        // What had to make room is in the answer.
        #expect(machine.answerReceived(.delta(delta(after: 0, to: 2))) == .publish)
        #expect(machine.map?.position == position(last))
    }

    @Test func `early changes are bounded before the first map as well`() {
        var machine = ChannelStateMachine()
        #expect(machine.checkIsDue() == .ask(after: nil))
        for sequence in Int64(1)...1_000 {
            #expect(machine.deltaReceived(delta(after: sequence - 1, to: sequence)) == .none)
        }
        #expect(machine.answerReceived(.snapshot(snapshot(990))) == .publish)
        #expect(machine.map?.position == position(1_000))
    }

    // MARK: Questions

    @Test func `one question is under way at a time`() {
        var machine = ChannelStateMachine()
        #expect(machine.checkIsDue() == .ask(after: nil))
        #expect(machine.checkIsDue() == .none)
        machine.questionFailed()
        #expect(machine.checkIsDue() == .ask(after: nil))
    }

    @Test func `without Redis the checks alone keep the map true`() {
        var machine = machine()
        for sequence in Int64(1)...5 {
            #expect(machine.checkIsDue() == .ask(after: position(sequence - 1)))
            #expect(machine.answerReceived(.delta(delta(after: sequence - 1, to: sequence))) == .publish)
        }
        #expect(machine.checkIsDue() == .ask(after: position(5)))
        let nothing = SeatDelta(epoch: 1, afterSequence: 5, sequence: 5, changes: [])
        #expect(machine.answerReceived(.delta(nothing)) == .none)
    }

    @Test func `an answer that was overtaken takes nothing back`() {
        var machine = machine()
        #expect(machine.checkIsDue() == .ask(after: position(0)))
        _ = machine.deltaReceived(delta(after: 0, to: 1))
        _ = machine.deltaReceived(delta(after: 1, to: 2))
        #expect(machine.answerReceived(.snapshot(snapshot(1, sold: [1]))) == .none)
        #expect(machine.map?.position == position(2))
        #expect(machine.map?.states[2] == .sold)
    }

    @Test func `an answer that does not fit is asked for whole`() {
        var machine = machine()
        #expect(machine.checkIsDue() == .ask(after: position(0)))
        #expect(machine.answerReceived(.delta(delta(after: 7, to: 9))) == .ask(after: nil))
        #expect(machine.checkIsDue() == .none)
        #expect(machine.answerReceived(.snapshot(snapshot(9))) == .publish)
        #expect(machine.map?.position == position(9))
    }

    @Test func `a performance that does not exist ends the channel`() {
        var machine = ChannelStateMachine()
        _ = machine.checkIsDue()
        #expect(machine.answerReceived(.unknownPerformance) == .end)
    }

    @Test func `a snapshot that contradicts itself changes nothing`() {
        var machine = machine(at: 3)
        _ = machine.checkIsDue()
        let broken = SeatSnapshot(epoch: 2, sequence: 4, seatCount: 400, states: "AA==")
        #expect(machine.answerReceived(.snapshot(broken)) == .none)
        #expect(machine.map?.position == position(3))
    }

    @Test(arguments: [-1, 16, SeatIndex.max, .min])
    func `a delta of seats that are not there is a gap and harms nothing`(seat: SeatIndex) {
        var machine = machine()
        let strange = SeatDelta(
            epoch: 1, afterSequence: 0, sequence: 1, changes: [SeatChange(seatIndex: seat, state: .sold)])
        #expect(machine.deltaReceived(strange) == .lookAgain)
        #expect(machine.map?.position == position(0))
        #expect(machine.earlyDeltasWaited() == .ask(after: position(0)))
    }

    // MARK: Epochs

    @Test func `a change of another epoch asks at once, and the new map begins anew`() {
        var machine = machine(at: 50)
        #expect(machine.deltaReceived(delta(epoch: 2, after: 3, to: 4)) == .ask(after: position(50)))
        #expect(machine.answerReceived(.snapshot(snapshot(epoch: 2, 3))) == .publish)
        #expect(machine.map?.position == position(4, epoch: 2))
    }

    @Test func `changes of the old epoch are forgotten with it`() {
        var machine = machine(at: 50)
        _ = machine.deltaReceived(delta(after: 59, to: 60))
        _ = machine.deltaReceived(delta(epoch: 2, after: 3, to: 4))
        #expect(machine.answerReceived(.snapshot(snapshot(epoch: 2, 4))) == .publish)
        #expect(machine.map?.position == position(4, epoch: 2))
        #expect(machine.earlyDeltasWaited() == .none)
    }
}
