/// JSON strings, for the few small texts that need no coder.
public enum JSONText {
    /// A string with its quotes, escaped; what passes `bytesMax` is cut.
    public static func quoted(_ text: String, bytesMax: Int = .max) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        escape(text, bytesMax: bytesMax, into: &quoted)
        quoted.append(UInt8(ascii: "\""))
        return String(decoding: quoted, as: UTF8.self)
    }

    /// Line ends of every kind are escaped as well, so that one string can't look like two lines.
    static func escape(_ text: String, bytesMax: Int, into line: inout [UInt8]) {
        var taken = 0
        for scalar in text.unicodeScalars {
            taken += UTF8.width(scalar)
            if taken > bytesMax {
                line += "…".utf8
                return
            }
            switch scalar {
            case "\"", "\\": line += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case "\n": line += "\\n".utf8
            case "\r": line += "\\r".utf8
            case "\t": line += "\\t".utf8
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                line += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default: line += UTF8.encode(scalar).unsafelyUnwrapped
            }
        }
    }
}
