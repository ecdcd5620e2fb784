/// An instant in microseconds since the Unix epoch, written as RFC 3339 in UTC.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let unixMicroseconds: Int64

    /// An instant of known microseconds.
    public init(unixMicroseconds: Int64) {
        self.unixMicroseconds = unixMicroseconds
    }

    /// The instant so many seconds later.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        Timestamp(unixMicroseconds: unixMicroseconds + seconds * 1_000_000)
    }

    /// Seconds from this instant to the other, negative when the other came first; fractions are cut.
    public func seconds(until other: Timestamp) -> Int64 {
        (other.unixMicroseconds - unixMicroseconds) / 1_000_000
    }

    /// The earlier comes first.
    public static func < (left: Self, right: Self) -> Bool {
        left.unixMicroseconds < right.unixMicroseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339, section 5.6, in UTC: `2026-11-21T08:00:00Z`, with milliseconds or microseconds when there are any.
    public var description: String {
        let seconds = Self.floorDivide(unixMicroseconds, 1_000_000)
        let fraction = unixMicroseconds - seconds * 1_000_000
        let day = Self.floorDivide(seconds, 86_400)
        let second = seconds - day * 86_400
        let date = Self.civilDate(ofDay: day)
        let hasUsualYear = (0...9_999).contains(date.year)
        // Times stand in most answers: to put one together of texts took longer than the rest of a hold's.
        let text = String(unsafeUninitializedCapacity: 27) { bytes in
            var writer = DigitWriter(bytes: bytes)
            if hasUsualYear { writer.number(date.year, digits: 4) }
            writer.mark("-")
            writer.number(date.month, digits: 2)
            writer.mark("-")
            writer.number(date.day, digits: 2)
            writer.mark("T")
            writer.number(second / 3600, digits: 2)
            writer.mark(":")
            writer.number(second / 60 % 60, digits: 2)
            writer.mark(":")
            writer.number(second % 60, digits: 2)
            if fraction % 1000 != 0 {
                writer.mark(".")
                writer.number(fraction, digits: 6)
            } else if fraction != 0 {
                writer.mark(".")
                writer.number(fraction / 1000, digits: 3)
            }
            writer.mark("Z")
            return writer.count
        }
        return hasUsualYear ? text : Self.padded(date.year, 4) + text
    }

    /// Reads RFC 3339, section 5.6, with any offset and up to nine digits of fraction; anything else is nil.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            reader.skip(":"), let second = reader.number(digits: 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.day(ofCivilYear: year, month: month, day: day)
        guard Self.civilDate(ofDay: days) == (year, month, day) else { return nil }
        var microseconds: Int64 = 0
        if reader.skip(".") {
            guard let fraction = reader.fractionMicroseconds() else { return nil }
            microseconds = fraction
        }
        guard let offsetSeconds = reader.offsetSeconds(), reader.isAtEnd else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds
        self.init(unixMicroseconds: seconds * 1_000_000 + microseconds)
    }

    // Howard Hinnant's civil-day arithmetic over the proleptic Gregorian calendar.
    private static func day(ofCivilYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civilDate(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Writes the bytes of an RFC 3339 text; who makes it brings room for all of them.
private struct DigitWriter {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func mark(_ character: Unicode.Scalar) {
        bytes[count] = UInt8(ascii: character)
        count += 1
    }

    /// A number that has no more digits than these.
    mutating func number(_ value: Int64, digits: Int) {
        var rest = value
        for position in (count..<count + digits).reversed() {
            bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }
}

/// Walks over the bytes of an RFC 3339 text.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int64? {
        guard position + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + digits] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += digits
        return value
    }

    mutating func fractionMicroseconds() -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while let digit = number(digits: 1) {
            if digits < 6 { value = value * 10 + digit }
            digits += 1
        }
        guard (1...9).contains(digits) else { return nil }
        while digits < 6 {
            value *= 10
            digits += 1
        }
        return value
    }

    mutating func offsetSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Timestamp: Codable {
    /// Reads RFC 3339.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = time
    }

    /// Writes RFC 3339 in UTC.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
