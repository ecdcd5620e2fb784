/// The members of one JSON object as the services write it, without a space, read where they stand: answers are most of
/// what this program reads, and a decoder would cost several times as much. Whatever is written otherwise is the
/// decoder's.
struct MemberScan {
    /// A value as it is written: a text with its quotes, a list with its brackets.
    typealias Value = Slice<UnsafeBufferPointer<UInt8>>

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 1

    /// Nil where it is no object.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "{"), bytes[bytes.count - 1] == UInt8(ascii: "}") else {
            return nil
        }
        self.bytes = bytes
    }

    /// Gives each member's name and value; false where something is not as the services write it, the end as well.
    mutating func each(_ take: (_ name: Value, _ value: Value) -> Void) -> Bool {
        while let name = text(), skip(UInt8(ascii: ":")), let value = value() {
            take(name, value)
            if place == bytes.count - 1 { return bytes[place] == UInt8(ascii: "}") }
            guard skip(UInt8(ascii: ",")) else { return false }
        }
        return false
    }

    // MARK: What values mean

    /// A text without anything that would have to be unescaped; nil where it is none.
    static func string(_ value: Value) -> String? {
        guard value.count >= 2, value.first == UInt8(ascii: "\"") else { return nil }
        let inner = value.dropFirst().dropLast()
        guard !inner.contains(UInt8(ascii: "\\")) else { return nil }
        return String(decoding: inner, as: UTF8.self)
    }

    /// A whole number that is not negative, in decimal.
    static func whole(_ value: Value) -> Int64? {
        guard !value.isEmpty else { return nil }
        var number: Int64 = 0
        for byte in value {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeThen) = shifted.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !isTooLarge, !isTooLargeThen else { return nil }
            number = sum
        }
        return number
    }

    /// A number that is not negative.
    static func number(_ value: Value) -> Double? {
        if let number = whole(value) { return Double(number) }
        guard value.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }) else {
            return nil
        }
        return Double(String(decoding: value, as: UTF8.self))
    }

    /// Whole numbers with commas between them, in brackets; nil where it is anything else.
    static func list<Number: FixedWidthInteger>(_ value: Value, of _: Number.Type) -> [Number]? {
        guard value.count >= 2, value.first == UInt8(ascii: "["), value.last == UInt8(ascii: "]") else {
            return nil
        }
        let inner = value.dropFirst().dropLast()
        guard !inner.isEmpty else { return [] }
        var numbers: [Number] = []
        for part in inner.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let number = whole(part).flatMap({ Number(exactly: $0) }) else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    // MARK: Helpers

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// What stands between two quotes.
    private mutating func text() -> Value? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return bytes[start..<place - 1]
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return nil
    }

    private mutating func value() -> Value? {
        let start = place
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): guard text() != nil else { return nil }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                place += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","):
                if depth == 0 { return start < place ? bytes[start..<place] : nil }
                if bytes[place] != UInt8(ascii: ",") { depth -= 1 }
                place += 1
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): return nil
            default: place += 1
            }
        }
        return nil
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Whether it is this word.
    func reads(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount
            && elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}
