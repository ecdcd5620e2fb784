import Testing

@testable import Shedding

/// Whether half of a filled limit would do: windows of a tenth of a second, with so many served in each.
struct LimitProbeTests {
    private var probe = LimitProbe()
    private var now: Int64 = 0

    /// Windows with the limit filled, in which so many are served a second; true when the half became the limit.
    private mutating func windows(_ count: Int, whole: Double, half: Double) -> Bool {
        var isHalved = false
        for _ in 0..<count {
            now += 100_000_000
            let perSecond = probe.isUnderWay ? half : whole
            if probe.windowEnded(isFilled: true, servedPerSecond: perSecond, canHalveAgain: false, at: now) {
                isHalved = true
            }
        }
        return isHalved
    }

    @Test mutating func `half that serves as many becomes the limit`() {
        #expect(windows(60, whole: 5_000, half: 4_900))
    }

    @Test mutating func `half that serves half as many does not`() {
        #expect(!windows(600, whole: 5_000, half: 2_600))
        #expect(probe.isMoreOfUse)
    }

    /// A window in which somebody else had the processor was taken for what the whole limit serves: a crowd had half of
    /// what it could have for ten seconds.
    @Test mutating func `one slow window with the whole limit does not speak for half of it`() {
        #expect(!windows(20, whole: 5_000, half: 2_600))
        while !probe.isUnderWay { #expect(!windows(1, whole: 2_300, half: 2_600)) }
        #expect(!windows(20, whole: 5_000, half: 2_600))
    }

    @Test mutating func `one quick window with half of the limit does not speak for it`() {
        while !probe.isUnderWay { #expect(!windows(1, whole: 5_000, half: 2_600)) }
        #expect(!windows(2, whole: 5_000, half: 4_900))
        #expect(!windows(20, whole: 5_000, half: 2_600))
    }
}
