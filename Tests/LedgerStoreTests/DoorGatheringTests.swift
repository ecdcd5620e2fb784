import Testing

@testable import LedgerStore

@Suite struct DoorGatheringTests {
    private static var settings: DoorSettings {
        var settings = DoorSettings()
        settings.gatheringItemsMin = 8
        settings.gatheredItems = 64
        settings.gatheringMilliseconds = 2
        return settings
    }

    private func gathering(afterBatchOf items: Int) -> DoorGathering {
        var gathering = DoorGathering(settings: Self.settings)
        gathering.batchBegan(items: items)
        return gathering
    }

    @Test func `the first batch, and one that follows a small one, waits for nobody`() {
        var first = DoorGathering(settings: Self.settings)
        first.begin(waiting: 1)
        #expect(!first.goesOn(waiting: 1))
        var calm = gathering(afterBatchOf: 7)
        calm.begin(waiting: 20)
        #expect(!calm.goesOn(waiting: 20))
    }

    @Test func `a batch that follows a large one waits as long as more come, and no longer than its time`() {
        var busy = gathering(afterBatchOf: 8)
        busy.begin(waiting: 10)
        #expect(busy.goesOn(waiting: 10))
        #expect(busy.goesOn(waiting: 20))
        #expect(!busy.goesOn(waiting: 30))
    }

    @Test func `where nobody else comes it waits no longer`() {
        var last = gathering(afterBatchOf: 8)
        last.begin(waiting: 10)
        #expect(last.goesOn(waiting: 10))
        #expect(!last.goesOn(waiting: 10))
    }

    @Test func `a batch that is large enough does not wait, nor does one of nothing`() {
        var full = gathering(afterBatchOf: 64)
        full.begin(waiting: 64)
        #expect(!full.goesOn(waiting: 64))
        var idle = gathering(afterBatchOf: 64)
        idle.begin(waiting: 0)
        #expect(!idle.goesOn(waiting: 0))
        #expect(!idle.goesOn(waiting: 5))
    }

    @Test func `each batch has a time of its own`() {
        var busy = gathering(afterBatchOf: 20)
        for _ in 0..<2 {
            busy.begin(waiting: 10)
            #expect(busy.goesOn(waiting: 10))
            #expect(busy.goesOn(waiting: 11))
            #expect(!busy.goesOn(waiting: 12))
            busy.batchBegan(items: 12)
        }
    }
}
