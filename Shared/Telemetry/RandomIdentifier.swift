import Synchronization

/// Identifiers that no two calls in the world share, without asking the kernel each time.
///
/// They are unique and spread evenly, but they can be guessed: never use them as a secret.
enum RandomIdentifier {
    private static let state = Atomic(UInt64.random(in: .min ... .max))

    /// Sixty-four bits, never zero: SplitMix64 over a state that begins at random in each process.
    static func next() -> UInt64 {
        let step: UInt64 = 0x9E37_79B9_7F4A_7C15
        var mixed = state.wrappingAdd(step, ordering: .relaxed).newValue
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? step : mixed
    }
}

/// Lower-case hexadecimal, of a fixed width.
enum Hexadecimal {
    static func append(_ value: UInt64, to text: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0x0F
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Sixteen digits; upper-case ones are refused, as the W3C asks.
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
        guard text.count == 16 else { return nil }
        var value: UInt64 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
