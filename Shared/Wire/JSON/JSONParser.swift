/// The syntax of RFC 8259: reads a document's text once and makes its index, or says where it is no JSON.
struct JSONParser: ~Copyable {
    private let document: JSONDocument
    private let bytes: UnsafePointer<UInt8>
    private var position = 0

    private init(_ document: JSONDocument) {
        self.document = document
        bytes = document.bytes
    }

    static func parse(_ document: JSONDocument) throws(WireJSONFailure) {
        guard document.count < Int(Int32.max) else {
            throw WireJSONFailure(.malformed, detail: "the text is too long")
        }
        var parser = JSONParser(document)
        try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == document.count else { throw parser.malformed("something follows the value") }
        document.endIndex()
    }

    private func malformed(_ detail: String) -> WireJSONFailure {
        let place = position < document.count ? "at byte \(position)" : "where the text ends"
        return WireJSONFailure(.malformed, detail: "\(detail), \(place)")
    }

    private mutating func skipSpace() {
        while true {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(WireJSONFailure) {
        skipSpace()
        switch bytes[position] {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try literal("true", .yes)
        case UInt8(ascii: "f"): try literal("false", .no)
        case UInt8(ascii: "n"): try literal("null", .null)
        default: throw malformed("a value was expected")
        }
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONDocument.Kind) throws(WireJSONFailure) {
        let node = document.addNode(kind, start: position)
        for index in 0..<text.utf8CodeUnitCount {
            guard skip(text.utf8Start[index]) else { throw malformed("\(text) was expected") }
        }
        document.endNode(node, end: position)
    }

    // MARK: Containers

    private func check(depth: Int) throws(WireJSONFailure) {
        guard depth <= WireJSON.depthMax else {
            throw WireJSONFailure(.tooDeep, detail: "at most \(WireJSON.depthMax) containers may be nested")
        }
    }

    private mutating func array(depth: Int) throws(WireJSONFailure) {
        try check(depth: depth)
        let node = document.addNode(.array, start: position)
        position += 1
        var count = 0
        skipSpace()
        if !skip(UInt8(ascii: "]")) {
            repeat {
                do {
                    try value(depth: depth)
                } catch {
                    throw error.inside(index: count)
                }
                count += 1
                skipSpace()
            } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "]")) else { throw malformed("a comma or ] was expected") }
        }
        document.endNode(node, end: position, extra: count)
    }

    private mutating func object(depth: Int) throws(WireJSONFailure) {
        try check(depth: depth)
        let node = document.addNode(.object, start: position)
        position += 1
        var count = 0
        skipSpace()
        if !skip(UInt8(ascii: "}")) {
            repeat {
                try member(depth: depth)
                count += 1
                skipSpace()
            } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "}")) else { throw malformed("a comma or } was expected") }
        }
        document.endNode(node, end: position)
        if let twice = document.repeatedName(in: node, count: count) {
            throw WireJSONFailure(.duplicate, detail: "it is given twice").inside(member: twice)
        }
    }

    private mutating func member(depth: Int) throws(WireJSONFailure) {
        skipSpace()
        guard bytes[position] == UInt8(ascii: "\"") else { throw malformed("a member's name was expected") }
        let name = try string()
        skipSpace()
        guard skip(UInt8(ascii: ":")) else { throw malformed("a colon was expected") }
        do {
            try value(depth: depth)
        } catch {
            throw error.inside(member: document.name(name))
        }
    }

    // MARK: Numbers

    private mutating func number() throws(WireJSONFailure) {
        let node = document.addNode(.integer, start: position)
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        if skip(UInt8(ascii: ".")) {
            document.setKind(.number, of: node)
            try digits()
        }
        if bytes[position] | 0x20 == UInt8(ascii: "e") {
            document.setKind(.number, of: node)
            position += 1
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            try digits()
        }
        document.endNode(node, end: position)
    }

    private mutating func digits() throws(WireJSONFailure) {
        let first = position
        while bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > first else { throw malformed("a digit was expected") }
    }

    // MARK: Strings

    /// Reads a string, well-formed and without U+0000, and returns its node.
    private mutating func string() throws(WireJSONFailure) -> Int {
        let node = document.addNode(.string, start: position)
        position += 1
        let first = position
        try plain()
        if bytes[position] == UInt8(ascii: "\"") {
            position += 1
            document.endNode(node, end: position)
            return node
        }
        var text = Array(UnsafeBufferPointer(start: bytes + first, count: position - first))
        while !skip(UInt8(ascii: "\"")) {
            try escape(into: &text)
            let more = position
            try plain()
            text += UnsafeBufferPointer(start: bytes + more, count: position - more)
        }
        document.setKind(.escapedString, of: node)
        document.endNode(node, end: position, extra: document.addUnescaped(text))
        return node
    }

    /// Goes on to the next quote or backslash.
    private mutating func plain() throws(WireJSONFailure) {
        while true {
            let word = UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self)
            if (word & 0x8080_8080_8080_8080) | JSONBytes.special(in: word) == 0 {
                position += 8
                continue
            }
            let byte = bytes[position]
            if byte >= 0x80 {
                let length = JSONBytes.sequenceLength(at: bytes + position)
                guard length > 0 else { throw malformed("a string is not UTF-8") }
                position += length
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return
            } else {
                guard byte >= 0x20 else { throw malformed("a string is not ended, or holds a control character") }
                position += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(WireJSONFailure) {
        position += 1
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(try scalar()).unsafelyUnwrapped)
        default:
            position -= 1
            throw malformed("a string holds an unknown escape")
        }
    }

    private mutating func scalar() throws(WireJSONFailure) -> Unicode.Scalar {
        var code = try codeUnit()
        if code & 0xFC00 == 0xD800, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") {
            position += 2
            let low = try codeUnit()
            guard low & 0xFC00 == 0xDC00 else { throw malformed("a string holds half a surrogate pair") }
            code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF)
        }
        guard let scalar = Unicode.Scalar(code) else { throw malformed("a string holds half a surrogate pair") }
        guard code != 0 else { throw WireJSONFailure(.invalid, detail: "a string must not hold U+0000") }
        return scalar
    }

    private mutating func codeUnit() throws(WireJSONFailure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = JSONBytes.hexValue(bytes[position]) else { throw malformed("\\u needs four digits") }
            code = code << 4 | digit
            position += 1
        }
        return code
    }
}
