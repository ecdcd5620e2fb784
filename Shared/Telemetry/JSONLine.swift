/// One JSON object on one line, as it is put together: flat, all values strings or numbers, of bounded length.
struct JSONLine {
    /// The most bytes of one value, before its escapes.
    static let valueBytesMax = 4_096
    /// The most bytes of a line; members that pass it are left out, and `truncated` says so.
    static let lineBytesMax = 16_384

    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isTruncated = false

    init() {
        bytes.reserveCapacity(512)
    }

    mutating func append(_ name: String, _ value: String) {
        append(name) { line in
            line.append(UInt8(ascii: "\""))
            JSONText.escape(value, bytesMax: Self.valueBytesMax, into: &line)
            line.append(UInt8(ascii: "\""))
        }
    }

    mutating func append(_ name: String, _ value: Int) {
        append(name) { $0 += String(value).utf8 }
    }

    private mutating func append(_ name: String, value: (inout [UInt8]) -> Void) {
        let before = bytes.count
        if before > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        JSONText.escape(name, bytesMax: 128, into: &bytes)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        value(&bytes)
        if bytes.count > Self.lineBytesMax {
            bytes.removeSubrange(before...)
            isTruncated = true
        }
    }

    /// The whole line, with its newline.
    consuming func ended() -> [UInt8] {
        var line = bytes
        if isTruncated { line += #","truncated":"true""#.utf8 }
        line += "}\n".utf8
        return line
    }
}
