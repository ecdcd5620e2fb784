import Foundation
public import Wire

/// Some of a line's entries, by their numbers: a bit for each.
public struct PresenceBits: Hashable, Sendable {
    /// No line has more entries.
    public static let numbersMax: Int64 = 2_000_000

    // Bit i of the first word is number i.
    private var words: [UInt64] = []

    /// Nobody.
    public init() {}

    /// Whether the entry is among them.
    public func contains(_ number: Int64) -> Bool {
        let place = Int(number >> 6)
        return number >= 0 && place < words.count && words[place] >> UInt64(number & 63) & 1 == 1
    }

    /// Adds an entry; one that no line can have is left out.
    public mutating func insert(_ number: Int64) {
        guard (0...Self.numbersMax).contains(number) else { return }
        let place = Int(number >> 6)
        if place >= words.count { words.append(contentsOf: repeatElement(0, count: place + 1 - words.count)) }
        words[place] |= 1 << UInt64(number & 63)
    }

    /// Adds all of others.
    public mutating func formUnion(_ other: PresenceBits) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for (place, word) in other.words.enumerated() { words[place] |= word }
    }

    /// How many there are.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    // MARK: As it crosses

    /// Those from a number on, as a gateway reports them.
    public func report(from first: Int64, isWhole: Bool) -> PresenceReport {
        let start = max(0, Int(first >> 6))
        var bytes: [UInt8] = []
        if start < words.count {
            bytes.reserveCapacity((words.count - start) * 8)
            for word in words[start...] { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        }
        let filled = bytes.count - bytes.reversed().prefix { $0 == 0 }.count
        return PresenceReport(
            first: Int64(start) << 6, bits: Data(bytes.prefix(filled)).base64EncodedString(), isWhole: isWhole)
    }

    /// Reads a report; nil where its numbers are none of a line's.
    public init?(_ report: PresenceReport) {
        guard let data = Data(base64Encoded: report.bits), (0...Self.numbersMax).contains(report.first),
            report.first % 64 == 0, report.first + Int64(data.count) * 8 <= Self.numbersMax + 64
        else { return nil }
        words = [UInt64](repeating: 0, count: Int(report.first >> 6) + (data.count + 7) / 8)
        for (place, byte) in data.enumerated() {
            words[Int(report.first >> 6) + place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
        }
    }
}
