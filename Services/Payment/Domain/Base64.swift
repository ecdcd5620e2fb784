/// Standard base64 (RFC 4648, section 4), with its padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8: UInt32] = {
        var values: [UInt8: UInt32] = [:]
        for (value, character) in alphabet.enumerated() { values[character] = UInt32(value) }
        return values
    }()

    /// The bytes; nil when the text is not base64.
    static func bytes(of text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let padding = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        for start in stride(from: 0, to: characters.count, by: 4) {
            var bits: UInt32 = 0
            let isLast = start + 4 == characters.count
            for position in 0..<4 {
                if isLast, position >= 4 - padding {
                    bits <<= 6
                    continue
                }
                guard let value = values[characters[start + position]] else { return nil }
                bits = bits << 6 | value
            }
            let count = isLast ? 3 - padding : 3
            for byte in 0..<count { bytes.append(UInt8(bits >> UInt32(16 - 8 * byte) & 0xFF)) }
        }
        return bytes
    }
}
