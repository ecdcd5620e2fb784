import Testing

@testable import LedgerStore

@Suite struct DoorGatheringTests {
    private func gathering(afterBatchOf items: Int = 0) -> DoorGathering {
        var settings = DoorSettings()
        settings.gatheringItemsMin = 8
        settings.gatheredItems = 64
        settings.gatheringMilliseconds = 2
        var gathering = DoorGathering(settings: settings)
        gathering.batchBegan(items: items)
        return gathering
    }

    /// Whether a batch waits on, millisecond by millisecond, while so many wait for it.
    private func goesOn(_ gathering: inout DoorGathering, while waiting: Int...) -> [Bool] {
        gathering.begin(waiting: waiting[0])
        return waiting.map { gathering.goesOn(waiting: $0) }
    }

    @Test func `the first batch, and one that follows a small one, waits for nobody`() {
        var first = gathering()
        var calm = gathering(afterBatchOf: 7)
        let found = (goesOn(&first, while: 1), goesOn(&calm, while: 20))
        #expect(found == ([false], [false]))
    }

    @Test func `a batch that follows a large one waits as long as more come, and no longer than its time`() {
        var busy = gathering(afterBatchOf: 8)
        let found = goesOn(&busy, while: 10, 20, 30)
        #expect(found == [true, true, false])
    }

    @Test func `where nobody else comes it waits no longer`() {
        var last = gathering(afterBatchOf: 8)
        let found = goesOn(&last, while: 10, 10)
        #expect(found == [true, false])
    }

    @Test func `a batch that is large enough does not wait, nor does one of nothing`() {
        var full = gathering(afterBatchOf: 64)
        var idle = gathering(afterBatchOf: 64)
        let found = (goesOn(&full, while: 64), goesOn(&idle, while: 0, 5))
        #expect(found == ([false], [false, false]))
    }

    @Test func `each batch has a time of its own`() {
        var busy = gathering(afterBatchOf: 20)
        for _ in 0..<2 {
            let found = goesOn(&busy, while: 10, 11, 12)
            #expect(found == [true, true, false])
            busy.batchBegan(items: 12)
        }
    }
}
