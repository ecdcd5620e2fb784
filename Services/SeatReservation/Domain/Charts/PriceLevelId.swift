/// A price level's opaque id: the same for the same category key in every import.
enum PriceLevelId {
    private static let readableBytesMax = 32

    /// The key itself where it is short and plain, else its plain letters with a hash of the whole.
    static func make(from key: String) -> String {
        var plain = ""
        for byte in key.utf8.prefix(readableBytesMax) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                plain.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): plain.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default: if !plain.hasSuffix("_") { plain += "_" }
            }
        }
        return plain == key ? key : "\(plain)_\(String(hash(of: key), radix: 16))"
    }

    /// FNV-1a, 32 bits.
    private static func hash(of key: String) -> UInt32 {
        key.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
