import Testing

@testable import Gateway

/// When holds go, and which of them together.
struct HoldGatheringTests {
    private let start = ContinuousClock.now

    private func gathering(_ set: (inout HoldGatheringSettings) -> Void = { _ in }) -> HoldGathering<Int> {
        var settings = HoldGatheringSettings()
        settings.holdsMax = 4
        settings.bytesMax = 100
        settings.window = .milliseconds(2)
        settings.callsMax = 2
        settings.waitingMax = 6
        set(&settings)
        return HoldGathering(settings: settings)
    }

    /// So many holds of a byte come at once; the numbers go on from `first`.
    private func come(
        _ count: Int, from first: Int = 0, to gathering: inout HoldGathering<Int>, after milliseconds: Int = 0
    ) {
        for number in first..<first + count {
            let isTaken = gathering.came(number, bytes: 1, at: start + .milliseconds(milliseconds))
            #expect(isTaken)
        }
    }

    @Test func `when it is calm a hold goes at once, alone`() {
        var gathering = gathering()
        come(1, to: &gathering)
        #expect(gathering.nextCall(at: start) == [0])
        #expect(gathering.nextCall(at: start) == nil)
        #expect(gathering.windowEndsAt == nil)
        #expect(!gathering.isIdle)
        gathering.returned()
        #expect(gathering.isIdle)
        come(1, from: 1, to: &gathering, after: 1)
        #expect(gathering.nextCall(at: start + .milliseconds(1)) == [1], "whoever came before has gone")
    }

    @Test func `behind a call others wait until it returns, and go together`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        come(3, from: 1, to: &gathering, after: 1)
        #expect(gathering.nextCall(at: start + .milliseconds(1)) == nil)
        gathering.returned()
        #expect(gathering.nextCall(at: start + .milliseconds(1)) == [1, 2, 3])
    }

    @Test func `or until the first of them has waited for the window`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        come(1, from: 1, to: &gathering, after: 1)
        come(1, from: 2, to: &gathering, after: 2)
        #expect(gathering.windowEndsAt == start + .milliseconds(3))
        #expect(gathering.nextCall(at: start + .microseconds(2_999)) == nil)
        #expect(gathering.nextCall(at: start + .milliseconds(3)) == [1, 2])
        #expect(gathering.callsOnTheirWay == 2)
    }

    @Test func `a call that returned before they came gives nobody a turn`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        come(1, from: 1, to: &gathering)
        _ = gathering.nextCall(at: start + .milliseconds(2))
        gathering.returned()
        come(1, from: 2, to: &gathering, after: 3)
        #expect(gathering.nextCall(at: start + .milliseconds(3)) == nil)
        #expect(gathering.nextCall(at: start + .milliseconds(5)) == [2])
    }

    @Test func `a full call waits for nothing, and takes no more than fits`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        come(5, from: 1, to: &gathering)
        #expect(gathering.nextCall(at: start) == [1, 2, 3, 4])
        gathering.returned()
        #expect(gathering.nextCall(at: start) == [5])
    }

    @Test func `a call holds so many bytes, and one hold however large`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        for (number, bytes) in [(1, 60), (2, 40), (3, 1), (4, 500)] {
            let isTaken = gathering.came(number, bytes: bytes, at: start)
            #expect(isTaken)
        }
        #expect(gathering.nextCall(at: start) == [1, 2])
        gathering.returned()
        #expect(gathering.nextCall(at: start) == [3])
        gathering.returned()
        #expect(gathering.nextCall(at: start + .milliseconds(2)) == [4])
    }

    @Test func `no more calls are on their way than may be, whoever waits for how long`() {
        var gathering = gathering()
        for number in 0..<2 {
            come(1, from: number, to: &gathering)
            _ = gathering.nextCall(at: start + .milliseconds(2 * number))
        }
        #expect(gathering.callsOnTheirWay == 2)
        come(6, from: 2, to: &gathering)
        #expect(gathering.nextCall(at: start + .seconds(1)) == nil)
        #expect(gathering.windowEndsAt == nil)
        let isTaken = gathering.came(8, bytes: 1, at: start)
        #expect(!isTaken, "so many wait")
        gathering.returned()
        #expect(gathering.nextCall(at: start + .seconds(1)) == [2, 3, 4, 5])
    }

    @Test func `who need not go any more goes in no call and takes no room`() {
        var gathering = gathering()
        come(1, to: &gathering)
        _ = gathering.nextCall(at: start)
        come(4, from: 1, to: &gathering)
        gathering.removeAll { $0.isMultiple(of: 2) }
        #expect(gathering.holdsWaiting == [1, 3])
        #expect(gathering.nextCall(at: start) == nil, "no longer a full call")
        come(4, from: 5, to: &gathering)
        #expect(gathering.nextCall(at: start) == [1, 3, 5, 6])
    }
}
