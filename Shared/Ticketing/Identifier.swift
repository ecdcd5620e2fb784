/// The id of one entity of a kind: 128 bits, UUIDv7 (RFC 9562, section 5.7) when we made it.
///
/// People and peers see the lower-case hyphenated text and treat it as opaque. Ids order by the time they were made.
public struct Identifier<Kind>: Hashable, Comparable, Sendable {
    /// The first eight bytes, big endian: 48 bits of Unix milliseconds, the version, 12 random bits.
    public let high: UInt64
    /// The last eight bytes, big endian: the variant and 62 random bits.
    public let low: UInt64

    /// An id of known bits, as read back from a store.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new UUIDv7 of the instant given in milliseconds since the Unix epoch.
    public init(unixMilliseconds: UInt64, random: inout some RandomNumberGenerator) {
        high = unixMilliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
        low = 0b10 << 62 | UInt64.random(in: 0...(UInt64.max >> 2), using: &random)
    }

    /// A new UUIDv7 of the instant given.
    public init(at time: Timestamp) {
        var random = PooledRandomNumberGenerator()
        self.init(unixMilliseconds: UInt64(max(0, time.unixMicroseconds / 1000)), random: &random)
    }

    /// Reads the hyphenated text of RFC 9562, section 4, in either case; anything else is nil.
    public init?(_ text: some StringProtocol) {
        // Ids are read several times a request: on plain bytes, since other modules can't specialize this.
        let read = text.utf8.withContiguousStorageIfAvailable { Self(bytes: $0) } ?? Self(bytes: Array(text.utf8))
        guard let read else { return nil }
        self = read
    }

    private init?(bytes: [UInt8]) {
        guard let read = bytes.withUnsafeBufferPointer({ Self(bytes: $0) }) else { return nil }
        self = read
    }

    private init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 36 else { return nil }
        var nibbles = (high: UInt64(0), low: UInt64(0))
        var count = 0
        for (position, byte) in bytes.enumerated() {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Self.value(ofHexDigit: byte) else { return nil }
            if count < 16 {
                nibbles.high = nibbles.high << 4 | digit
            } else {
                nibbles.low = nibbles.low << 4 | digit
            }
            count += 1
        }
        self.init(high: nibbles.high, low: nibbles.low)
    }

    /// Earlier made ids come first.
    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func value(ofHexDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension Identifier: CustomStringConvertible {
    /// The 36 characters of RFC 9562, section 4, in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            let digits: StaticString = "0123456789abcdef"
            var position = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                let shift = 60 - (nibble % 16) * 4
                text[position] = digits.utf8Start[Int(word >> UInt64(shift) & 0xF)]
                position += 1
            }
            return position
        }
    }
}

extension Identifier: Codable {
    /// Reads the hyphenated text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
        }
        self = id
    }

    /// Writes the hyphenated text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
