import Crypto

/// A SHA-256, written as 64 hexadecimal digits in lower case.
public struct ProofHash: Hashable, Sendable {
    /// Bytes of each.
    public static let byteCount = 32

    /// The hash itself.
    public let bytes: [UInt8]

    /// The hash of some bytes.
    public init(of content: [UInt8]) {
        bytes = SHA256.hash(data: content).withUnsafeBytes { Array($0) }
    }

    /// A hash that was made elsewhere; nil when these are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads the 64 digits. Capital letters are refused: each hash has one text.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(ofDigit: digits[index]), let low = Self.value(ofDigit: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ProofHash: CustomStringConvertible {
    /// The 64 digits.
    public var description: String {
        String(unsafeUninitializedCapacity: 2 * Self.byteCount) { digits in
            for (place, byte) in bytes.enumerated() {
                digits[2 * place] = Self.digit(ofValue: byte >> 4)
                digits[2 * place + 1] = Self.digit(ofValue: byte & 15)
            }
            return 2 * Self.byteCount
        }
    }

    private static func digit(ofValue value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
