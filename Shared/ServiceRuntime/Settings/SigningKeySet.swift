/// The keys of one purpose: the first signs, all verify, so that a key can be changed without a stop.
public struct SigningKeySet: Sendable, CustomStringConvertible, CustomReflectable {
    /// One key and its name.
    public struct Key: Sendable, CustomStringConvertible, CustomReflectable {
        /// Travels with each signature: 1 to 32 letters, digits, `-` and `_`.
        public let id: String
        /// The secret, 32 bytes or more.
        public let bytes: [UInt8]

        /// The name alone.
        public var description: String { "\(id):***" }
        /// No children.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// The fewest bytes of a key.
    public static let keyBytesMin = 32

    /// One key, or two while one takes the other's place.
    public let all: [Key]

    /// The key that signs.
    public var signing: Key { all[0] }

    /// The key of a name, for verifying.
    public func key(id: String) -> Key? { all.first { $0.id == id } }

    /// The names alone.
    public var description: String { all.map(\.description).joined(separator: ",") }
    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Reads `id:hex` or `id:hex,id:hex`.
    public static func parse(_ text: String) -> Result<SigningKeySet, SigningKeyFailure> {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count else { return .failure(.wrongCount) }
        var keys: [Key] = []
        for part in parts {
            let halves = part.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2 else { return .failure(.notIDAndHex) }
            let id = String(halves[0])
            guard 1...32 ~= id.utf8.count, id.utf8.allSatisfy(isIDByte) else { return .failure(.badID) }
            guard let bytes = hexBytes(halves[1]) else { return .failure(.notHex) }
            guard bytes.count >= keyBytesMin else { return .failure(.tooShort) }
            guard !keys.contains(where: { $0.id == id }) else { return .failure(.sameID) }
            keys.append(Key(id: id, bytes: bytes))
        }
        return .success(SigningKeySet(all: keys))
    }

    // What stands in for a set that could not be read; the reader throws before anybody sees it.
    static let unread = SigningKeySet(all: [Key(id: "unread", bytes: [])])

    private static func isIDByte(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func hexBytes(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

/// Why a text is no key set; it never repeats the text.
public enum SigningKeyFailure: String, Error, Sendable {
    /// Neither one key nor two.
    case wrongCount = "it must hold one key, or two separated by a comma"
    /// A key without its name, or with more than one colon.
    case notIDAndHex = "a key is its id, a colon and hexadecimal digits"
    /// A name of other characters, or too long.
    case badID = "a key's id is 1 to 32 letters, digits, - and _"
    /// Something that is no hexadecimal digit, or half a byte.
    case notHex = "a key must be an even number of hexadecimal digits"
    /// Fewer bytes than ``SigningKeySet/keyBytesMin``.
    case tooShort = "a key must have at least 32 bytes (64 hexadecimal digits)"
    /// Two keys of one name.
    case sameID = "both keys have the same id"
}
