/// A generator that gives the same numbers for the same seed (SplitMix64).
struct ChaosRandom: RandomNumberGenerator {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// The seed is mixed first: neighbours would give the same numbers otherwise, one place apart.
    init(seed: UInt64) {
        state = Self.mixed(seed &* Self.step &+ 0x1234_5678_9ABC_DEF1)
    }

    mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    /// Whether something happens that happens once in so many times.
    mutating func isOne(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
