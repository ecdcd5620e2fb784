import LedgerStore
import Testing
import Ticketing
import Wire

@testable import SeatReservation

/// The map in memory follows the batches, and tells what changed lately without a question to the ledger.
struct MapMemoryTests {
    private let performance = PerformanceID(at: .now)

    private func memory(at sequence: Int64) -> MapMemory {
        let memory = MapMemory()
        memory.replace(
            by: SeatMapReading(
                position: SeatsPosition(epoch: 1, sequence: sequence), databaseTime: .now,
                states: PackedSeatStates(count: 16)),
            readAt: .now)
        return memory
    }

    private func batch(_ after: Int64, _ sequence: Int64, _ seat: SeatIndex, _ state: SeatState) -> DoorReading {
        DoorReading(
            performanceID: performance, epoch: 1, afterSequence: after, sequence: sequence, databaseTime: .now,
            changes: [SeatChange(seatIndex: seat, state: state)])
    }

    @Test func `a delta from memory is what the batches since then left`() throws {
        let memory = memory(at: 4)
        memory.follow(batch(4, 5, 3, .held), at: .now)
        #expect(memory.advance(by: batch(5, 7, 1, .sold), readAt: .now))
        memory.follow(batch(7, 8, 3, .sold), at: .now)
        let delta = try #require(memory.delta(after: SeatsPosition(epoch: 1, sequence: 5)))
        #expect((delta.afterSequence, delta.sequence) == (5, 8))
        #expect(
            delta.changes == [SeatChange(seatIndex: 1, state: .sold), SeatChange(seatIndex: 3, state: .sold)])
        #expect(memory.delta(after: SeatsPosition(epoch: 1, sequence: 8))?.changes == [])
    }

    @Test func `what came before the memory, after it or in another epoch is the ledger's to tell`() {
        let memory = memory(at: 4)
        memory.follow(batch(4, 5, 3, .held), at: .now)
        #expect(memory.delta(after: SeatsPosition(epoch: 1, sequence: 3)) == nil)
        #expect(memory.delta(after: SeatsPosition(epoch: 1, sequence: 6)) == nil)
        #expect(memory.delta(after: SeatsPosition(epoch: 2, sequence: 4)) == nil)
        #expect(MapMemory().delta(after: SeatsPosition(epoch: 1, sequence: 0)) == nil)
    }

    @Test func `a batch that another process's came before changes nothing`() {
        let memory = memory(at: 4)
        memory.follow(batch(5, 6, 3, .held), at: .now)
        #expect(memory.view?.position.sequence == 4)
        #expect(memory.delta(after: SeatsPosition(epoch: 1, sequence: 4))?.changes == [])
    }

    @Test func `seats that requests ask for are not proposed until their answer has come`() throws {
        let memory = memory(at: 4)
        memory.claim([1, 2])
        memory.claim([2])
        memory.follow(batch(4, 5, 2, .held), at: .now)
        memory.unclaim([1, 2])
        var view = try #require(memory.view)
        #expect(view.states[1] == .available && view.openStates[1] == .available)
        #expect(view.states[2] == .held && view.openStates[2] == .held)
        memory.follow(batch(5, 6, 2, .available), at: .now)
        view = try #require(memory.view)
        #expect(view.states[2] == .available)
        #expect(view.openStates[2] == .held, "somebody still asks for it")
        memory.replace(
            by: SeatMapReading(
                position: SeatsPosition(epoch: 1, sequence: 7), databaseTime: .now,
                states: PackedSeatStates(count: 16)),
            readAt: .now)
        #expect(memory.view?.openStates[2] == .held)
        memory.unclaim([2])
        #expect(memory.view?.openStates[2] == .available)
    }

    @Test func `who lost is told so from memory only while it is known from lately that the sale is open`() {
        let memory = MapMemory()
        let start = ContinuousClock.now
        let age = Duration.milliseconds(250)
        memory.replace(
            by: SeatMapReading(
                position: SeatsPosition(epoch: 1, sequence: 4), databaseTime: .now,
                states: PackedSeatStates(count: 16)),
            readAt: start)
        memory.follow(batch(4, 5, 3, .sold), at: start)
        memory.follow(batch(5, 6, 4, .blocked), at: start)
        #expect(memory.lossOf([3], noOlderThan: age, at: start) == nil, "the sale may be paused")
        memory.sawOpenSale(at: start)
        #expect(memory.lossOf([3], noOlderThan: age, at: start) == .taken([3]))
        #expect(memory.lossOf([2, 3, 4], noOlderThan: age, at: start) == .taken([3, 4]))
        #expect(memory.lossOf([4], noOlderThan: age, at: start) == .blocked([4]))
        #expect(memory.lossOf([2], noOlderThan: age, at: start) == nil, "memory grants nothing")
        #expect(memory.lossOf([3, 16], noOlderThan: age, at: start) == nil)
        #expect(memory.lossOf([3], noOlderThan: age, at: start + .milliseconds(251)) == nil)
    }
}
