/// What is known about single bytes of JSON text.
enum JSONBytes {
    static let hexDigits = Array("0123456789abcdef".utf8)

    /// The first position from `start` on that a writer has to escape, or the end.
    static func plainEnd(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        if let base = text.baseAddress {
            let raw = UnsafeRawPointer(base)
            while position + 8 <= text.count,
                special(in: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) == 0
            {
                position += 8
            }
        }
        while position < text.count, text[position] >= 0x20, text[position] != UInt8(ascii: "\""),
            text[position] != UInt8(ascii: "\\")
        {
            position += 1
        }
        return position
    }

    /// Non-zero where one of eight bytes is a control character, a quote or a backslash.
    static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- (ones &* 0x20)) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & (ones &* 0x80)
    }

    /// The length of the well-formed UTF-8 sequence of several bytes at this place (Unicode table 3-7), or 0.
    ///
    /// The bytes must be followed by one that is no continuation byte.
    static func sequenceLength(at bytes: UnsafePointer<UInt8>) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch bytes[0] {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xE1...0xEC, 0xEE...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: return 0
        }
        guard second.contains(bytes[1]) else { return 0 }
        for index in 2..<max(2, length) where bytes[index] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
