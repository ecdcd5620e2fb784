/// Reads comma-separated values as RFC 4180 writes them: quoted fields, doubled quotes, CRLF or LF. UTF-8, with or
/// without a byte-order mark. Blank lines are skipped.
struct CSVReader {
    /// One record and the line on which it began, from 1.
    struct Record: Equatable {
        let line: Int
        let fields: [String]
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    private let bytes: [UInt8]
    private var at: Int
    private var line = 1

    /// All records, or what is wrong with the file.
    static func records(of bytes: [UInt8], linesMax: Int) throws(ChartProblem) -> [Record] {
        var reader = CSVReader(bytes)
        var records: [Record] = []
        while let record = try reader.next() {
            guard records.count < linesMax else {
                throw ChartProblem(.malformedFile, "The file has more than \(linesMax) lines.")
            }
            records.append(record)
        }
        return records
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    private mutating func next() throws(ChartProblem) -> Record? {
        while at < bytes.count, bytes[at] == Self.lineFeed || bytes[at] == Self.carriageReturn { endLine() }
        guard at < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(at < bytes.count && bytes[at] == Self.quote ? try quotedField() : try plainField())
            guard at < bytes.count else { break }
            if bytes[at] == Self.comma {
                at += 1
            } else {
                endLine()
                break
            }
        }
        return Record(line: start, fields: fields)
    }

    private mutating func endLine() {
        if bytes[at] == Self.carriageReturn, at + 1 < bytes.count, bytes[at + 1] == Self.lineFeed { at += 1 }
        at += 1
        line += 1
    }

    private mutating func plainField() throws(ChartProblem) -> String {
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case Self.comma, Self.carriageReturn, Self.lineFeed: return try text(bytes[start..<at])
            case Self.quote: throw malformed("a quote stands inside an unquoted field")
            default: at += 1
            }
        }
        return try text(bytes[start..<at])
    }

    private mutating func quotedField() throws(ChartProblem) -> String {
        at += 1
        var field: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard byte == Self.quote else {
                if byte == Self.lineFeed { line += 1 }
                field.append(byte)
                continue
            }
            if at < bytes.count, bytes[at] == Self.quote {
                field.append(byte)
                at += 1
            } else if at == bytes.count || [Self.comma, Self.carriageReturn, Self.lineFeed].contains(bytes[at]) {
                return try text(field[...])
            } else {
                throw malformed("text follows a closing quote")
            }
        }
        throw malformed("a quoted field has no end")
    }

    private func text(_ field: ArraySlice<UInt8>) throws(ChartProblem) -> String {
        guard let text = String(validating: field, as: UTF8.self) else { throw malformed("the text is not UTF-8") }
        return text
    }

    private func malformed(_ what: String) -> ChartProblem {
        ChartProblem(.malformedFile, ids: ["line \(line)"], "The CSV is malformed in line \(line): \(what).")
    }
}
