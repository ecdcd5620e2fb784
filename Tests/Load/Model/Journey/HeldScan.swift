import Ticketing

/// A hold's answer in the form in which the services write it, read without a decoder: holds are most of what a crowd
/// asks. Any other form is the decoder's.
enum HeldScan {
    private static let start = Array("{\"hold_id\":\"".utf8)
    private static let seats = Array("\"seat_indexes\":[".utf8)
    private static let end = Array(",\"expires_at\":\"".utf8)
    /// Of the price, which stands last, and of the hold: no beginning of an answer ends like this.
    private static let last = Array("}}".utf8)
    private static let idBytes = 36

    /// What it says; nil where it is written otherwise.
    static func facts(in body: some Collection<UInt8>) -> LoadFacts? {
        body.withContiguousStorageIfAvailable { bytes in facts(in: bytes) } ?? nil
    }

    private static func facts(in bytes: UnsafeBufferPointer<UInt8>) -> LoadFacts? {
        let idEnd = start.count + idBytes
        guard bytes.count > idEnd, bytes.suffix(2).elementsEqual(last), bytes.starts(with: start),
            let id = HoldID(String(decoding: bytes[start.count..<idEnd], as: UTF8.self)),
            let first = place(behind: seats, in: bytes, from: idEnd),
            let (indexes, behind) = indexes(in: bytes, from: first),
            bytes[behind...].starts(with: end)
        else { return nil }
        let text = bytes[(behind + end.count)...].prefix { $0 != UInt8(ascii: "\"") }
        guard let expiresAt = Timestamp(String(decoding: text, as: UTF8.self)) else { return nil }
        var facts = LoadFacts()
        facts.holdID = id
        facts.seats = indexes
        facts.expiresAt = expiresAt
        return facts
    }

    private static func place(behind words: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var place = start
        while place + words.count <= bytes.count {
            if bytes[place] == words[0], bytes[place...].starts(with: words) { return place + words.count }
            place += 1
        }
        return nil
    }

    /// Whole numbers with commas between them, and the place behind the bracket that ends them.
    private static func indexes(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> ([SeatIndex], Int)? {
        var indexes: [SeatIndex] = []
        var number: SeatIndex?
        for place in start..<bytes.count {
            switch bytes[place] {
            case let digit where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit:
                let (shifted, isTooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
                let (sum, isTooLargeThen) = shifted.addingReportingOverflow(SeatIndex(digit - UInt8(ascii: "0")))
                guard !isTooLarge, !isTooLargeThen else { return nil }
                number = sum
            case UInt8(ascii: ","), UInt8(ascii: "]"):
                guard let whole = number else { return nil }
                indexes.append(whole)
                if bytes[place] == UInt8(ascii: "]") { return (indexes, place + 1) }
                number = nil
            default: return nil
            }
        }
        return nil
    }
}
