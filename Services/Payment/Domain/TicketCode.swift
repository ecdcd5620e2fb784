/// A ticket's code: 128 random bits in Crockford's base 32, in groups that a person can read out.
enum TicketCode {
    /// Characters of a code, without its hyphens.
    static let characterCount = 26
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let groupLength = 5

    /// A new code: `7ZZ4M-…`, five groups of five characters and a last one.
    static func make(random: inout some RandomNumberGenerator) -> String {
        text(high: random.next(), low: random.next())
    }

    static func text(high: UInt64, low: UInt64) -> String {
        var bits = (UInt128(high) << 64) | UInt128(low)
        var digits: [UInt8] = []
        for _ in 0..<characterCount {
            digits.append(alphabet[Int(bits & 31)])
            bits >>= 5
        }
        return grouped(digits.reversed())
    }

    /// The code that a person or a scanner meant: letter case, spaces and hyphens don't count, O is 0, I and L are 1.
    /// Nil when it can't be one.
    static func canonical(_ text: String) -> String? {
        var digits: [UInt8] = []
        for byte in text.utf8 {
            let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte
            switch upper {
            case UInt8(ascii: "-"), UInt8(ascii: " "): continue
            case UInt8(ascii: "O"): digits.append(UInt8(ascii: "0"))
            case UInt8(ascii: "I"), UInt8(ascii: "L"): digits.append(UInt8(ascii: "1"))
            default:
                guard alphabet.contains(upper) else { return nil }
                digits.append(upper)
            }
            guard digits.count <= characterCount else { return nil }
        }
        return digits.count == characterCount ? grouped(digits) : nil
    }

    private static func grouped(_ digits: [UInt8]) -> String {
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index > 0, index % groupLength == 0 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
