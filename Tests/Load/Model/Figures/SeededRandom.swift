/// Random numbers that are the same for the same seed (SplitMix64): a scenario can be played again.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The numbers of a seed.
    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, 1.
    public mutating func share() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A whole number from the range, each as likely.
    public mutating func number(in range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &self)
    }

    /// True with this probability.
    public mutating func happens(_ probability: Double) -> Bool {
        probability >= 1 || share() < probability
    }
}
