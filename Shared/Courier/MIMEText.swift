import FoundationEssentials

/// Text as mail carries it: seven bits, lines of bounded length (RFC 2045, RFC 2047).
enum MIMEText {
    /// Bytes of text in one encoded word: its base64 and its frame stay below the 75 characters of RFC 2047, section 2.
    private static let wordBytesMax = 42

    /// Words of a display name or a subject: as they are where that is safe, else as encoded words, one a line.
    static func phrase(_ text: String) -> String {
        let isPlain = text.utf8.count <= 60 && text.utf8.allSatisfy { isPlainByte($0) }
        if isPlain { return text }
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars where scalar.properties.generalCategory != .control {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > wordBytesMax {
                words.append(encodedWord(word))
                word = []
            }
            word += bytes
        }
        words.append(encodedWord(word))
        return words.joined(separator: "\r\n ")
    }

    /// Base64 in lines of 76 characters, each with its end.
    static func lines(of bytes: [UInt8]) -> String {
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return Data(bytes).base64EncodedString(options: options) + "\r\n"
    }

    private static func encodedWord(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: " ")
            || byte == UInt8(ascii: "-")
    }
}
