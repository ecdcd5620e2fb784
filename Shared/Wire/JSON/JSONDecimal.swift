/// A JSON number as its digits say it, before any type rounds it: ± digits × 10^exponent.
struct JSONDecimal {
    private(set) var isNegative = false
    // The digits without trailing zeros after the point; nil if they pass 2^64 - 1.
    private var digits: UInt64? = 0
    private var exponent = 0

    /// Reads text that the parser found to be a number.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        var position = 0
        var zeros = 0
        var pastPoint = false
        if text.first == UInt8(ascii: "-") {
            isNegative = true
            position = 1
        }
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: ".") {
                pastPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                break
            } else if pastPoint, byte == UInt8(ascii: "0") {
                zeros += 1
            } else {
                for _ in 0..<zeros { append(0, pastPoint) }
                zeros = 0
                append(byte - UInt8(ascii: "0"), pastPoint)
            }
            position += 1
        }
        if position < text.count { addExponent(text[(position + 1)...]) }
        normalize()
    }

    private mutating func append(_ digit: UInt8, _ pastPoint: Bool) {
        if pastPoint { exponent -= 1 }
        guard let digits else { return }
        let (tens, overflowed) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tens.addingReportingOverflow(UInt64(digit))
        self.digits = overflowed || carried ? nil : sum
    }

    private mutating func addExponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        var value = 0
        for byte in text where byte &- UInt8(ascii: "0") < 10 {
            // Past a million it makes no difference, and it must not overflow.
            value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000)
        }
        exponent += text.first == UInt8(ascii: "-") ? -value : value
    }

    private mutating func normalize() {
        guard var rest = digits else { return }
        if rest == 0 { exponent = 0 }
        while exponent < 0, rest > 0, rest % 10 == 0 {
            rest /= 10
            exponent += 1
        }
        digits = rest
    }

    /// Whether nothing stands after the point. Digits beyond 64 bits count as whole: no type holds them either way.
    var isWhole: Bool { digits == nil || exponent >= 0 }

    /// The value without its sign, if it is whole and 64 bits hold it.
    var wholeMagnitude: UInt64? {
        guard var value = digits, exponent >= 0 else { return nil }
        for _ in 0..<min(exponent, 20) {
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            if overflowed { return nil }
            value = tens
        }
        return exponent > 20 && value != 0 ? nil : value
    }

    /// The number as a double where one multiplication or division makes it exactly rounded (Clinger's fast path).
    var exactDouble: Double? {
        guard let digits, digits <= 1 << 53, -22...22 ~= exponent else { return nil }
        let scale = Self.powersOfTen[abs(exponent)]
        let magnitude = exponent < 0 ? Double(digits) / scale : Double(digits) * scale
        return isNegative ? -magnitude : magnitude
    }

    // Each of them is a double exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
