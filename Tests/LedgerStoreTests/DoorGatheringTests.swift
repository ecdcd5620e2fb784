import Testing

@testable import LedgerStore

@Suite struct DoorGatheringTests {
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Double) -> ContinuousClock.Instant { start + .microseconds(milliseconds * 1000) }

    /// After ten batches of so many items, ten milliseconds apart; the last began at 0.
    private func gathering(afterBatchesOf items: Int) -> DoorGathering {
        var settings = DoorSettings()
        settings.batchDistanceMilliseconds = 4
        settings.gatheringItemsMin = 4
        settings.gatheredItems = 64
        var gathering = DoorGathering(settings: settings)
        for place in -9...0 { gathering.roundBegan(items: items, at: at(Double(place) * 10)) }
        return gathering
    }

    /// Whether the next batch, due at 1 ms, waits, millisecond by millisecond, while so many wait for it.
    private func waits(_ gathering: inout DoorGathering, while waiting: Int...) -> [Bool] {
        gathering.begin()
        return waiting.enumerated().map { place, items in
            gathering.pause(waiting: items, at: at(Double(place + 1))) != nil
        }
    }

    @Test func `the first batch waits for nobody, nor does one at little load`() {
        var first = DoorGathering(settings: DoorSettings())
        var calm = gathering(afterBatchesOf: 9)
        #expect(waits(&first, while: 1) == [false])
        #expect(waits(&calm, while: 9) == [false])
    }

    @Test func `under load a batch keeps its distance from the one before while more come`() {
        var busy = gathering(afterBatchesOf: 11)
        #expect(waits(&busy, while: 3, 6, 9, 12) == [true, true, true, false])
    }

    @Test func `it is asked again each millisecond, and when the distance is kept`() {
        var busy = gathering(afterBatchesOf: 11)
        busy.begin()
        #expect(busy.pause(waiting: 3, at: at(1)) == .milliseconds(1))
        #expect(busy.pause(waiting: 6, at: at(3.5)) == .microseconds(500))
        #expect(busy.pause(waiting: 9, at: at(4)) == nil)
    }

    @Test func `where nobody else comes it waits no longer`() {
        var last = gathering(afterBatchesOf: 40)
        #expect(waits(&last, while: 10, 10, 10) == [true, true, false])
    }

    @Test func `where few come it takes longer until it is clear that nobody else does`() {
        var settings = DoorSettings()
        (settings.batchDistanceMilliseconds, settings.gatheringItemsMin) = (8, 2)
        var gathering = DoorGathering(settings: settings)
        for place in -9...0 { gathering.roundBegan(items: 5, at: at(Double(place) * 10)) }
        #expect(waits(&gathering, while: 1, 1, 1, 1, 1, 1) == [true, true, true, true, true, false])
        #expect(waits(&gathering, while: 1, 1, 1, 1, 2, 2) == [true, true, true, true, true, true])
    }

    @Test func `a batch that is large enough does not wait, nor does one of nothing`() {
        var busy = gathering(afterBatchesOf: 40)
        #expect(waits(&busy, while: 64) == [false])
        #expect(waits(&busy, while: 0, 0) == [false, false])
    }

    @Test func `one that is due later than the distance does not wait`() {
        var slow = gathering(afterBatchesOf: 40)
        slow.begin()
        #expect(slow.pause(waiting: 10, at: at(4)) == nil)
    }

    @Test func `after a rest the load is judged anew`() {
        var rested = gathering(afterBatchesOf: 40)
        rested.roundBegan(items: 1, at: at(5_000))
        rested.begin()
        #expect(rested.pause(waiting: 10, at: at(5_001)) == nil)
        for place in 1...4 { rested.roundBegan(items: 40, at: at(5_000 + Double(place) * 10)) }
        rested.begin()
        #expect(rested.pause(waiting: 10, at: at(5_041)) != nil)
    }

    /// The distance, in milliseconds, of rounds that take so long and have so many items.
    private func distance(ofRoundsTaking took: Double, with items: Int) -> Int? {
        var busy = gathering(afterBatchesOf: items)
        for place in 1...30 {
            busy.roundBegan(items: items, at: at(Double(place) * 1_000))
            busy.roundEnded(at: at(Double(place) * 1_000 + took))
        }
        for place in 1...10 { busy.roundBegan(items: items, at: at(30_000 + Double(place) * 10)) }
        busy.begin()
        let waits = (1...60).map { busy.pause(waiting: $0, at: at(30_100 + Double($0))) != nil }
        return waits.firstIndex(of: false).map { $0 + 1 }
    }

    @Test func `rounds that take long keep a longer distance, but not any`() {
        for (took, expected) in [(1.0, 4), (2, 4), (5, 8), (10, 15), (300, 40)] {
            #expect(distance(ofRoundsTaking: took, with: 12) == expected, "rounds of \(took) ms")
        }
    }

    @Test func `the more items rounds have the less of a break there is between them`() {
        for (items, expected) in [(6, 17), (12, 15), (36, 13), (108, 11)] {
            #expect(distance(ofRoundsTaking: 10, with: items) == expected, "rounds of \(items)")
        }
    }
}
