/// Reads `Forwarded` (RFC 7239, section 4): elements with commas between them, each of pairs with semicolons.
///
/// Every request from behind a proxy has it, so it is read where it stands: nothing is copied but what somebody needs.
struct ForwardedParser {
    /// Bytes of all fields of a request.
    static let bytesMax = 4_096
    /// Proxies on a request's way.
    static let elementsMax = 16

    private let bytes: UnsafeBufferPointer<UInt8>
    private var next = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The elements of all fields of this name, the proxy nearest to the client first, from behind the last one that is
    /// malformed: each proxy appends, so what is written to the right of a fault is none of its author's.
    static func elements(of fields: [String]) -> [ForwardedElement] {
        var written = fields.count == 1 ? fields[0] : fields.joined(separator: ",")
        return written.withUTF8 { elements(in: $0) }
    }

    private static func elements(in written: UnsafeBufferPointer<UInt8>) -> [ForwardedElement] {
        let bytes = UnsafeBufferPointer(rebasing: written.suffix(bytesMax))
        var elements: [ForwardedElement] = []
        var end = bytes.endIndex
        while elements.count < elementsMax {
            let start = memberStart(in: bytes, before: end)
            // What was cut off may be the beginning of this one.
            if start == 0, bytes.count < written.count { break }
            var parser = ForwardedParser(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            switch parser.member() {
            case .element(let element): elements.append(element)
            case .empty: break
            case .malformed: return elements.reversed()
            }
            guard start > 0 else { break }
            end = start - 1
        }
        return elements.reversed()
    }

    // MARK: Grammar

    private enum Member {
        case element(ForwardedElement)
        /// It doesn't count (RFC 9110, section 5.6.1).
        case empty
        case malformed
    }

    /// Where the last member of the list before a place begins: behind a comma that is not quoted. It is looked for from
    /// the right, where no quotation mark of somebody further left counts.
    private static func memberStart(in bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        var isQuoted = false
        var index = end
        while index > 0 {
            index -= 1
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let escapes = bytes[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
                if !isQuoted || escapes.isMultiple(of: 2) { isQuoted.toggle() }
            case UInt8(ascii: ",") where !isQuoted: return index + 1
            default: break
            }
        }
        return 0
    }

    private mutating func member() -> Member {
        skipBlanks()
        guard !isAtEnd else { return .empty }
        guard let element = element(), isAtEnd else { return .malformed }
        return .element(element)
    }

    private mutating func element() -> ForwardedElement? {
        var element = ForwardedElement()
        // The parameters that nobody needs; the others stand in the element.
        var others: Set<String> = []
        repeat {
            skipBlanks()
            if isAtEnd || peek == UInt8(ascii: ";") { continue }
            guard let name = token(), take(UInt8(ascii: "=")),
                let value = peek == UInt8(ascii: "\"") ? quoted() : token().map(text),
                note(value, as: name, in: &element, &others)
            else { return nil }
            skipBlanks()
        } while take(UInt8(ascii: ";"))
        return element
    }

    /// False when the value is not one of the parameter's, or the parameter is said twice.
    private func note(
        _ value: String, as name: UnsafeBufferPointer<UInt8>, in element: inout ForwardedElement,
        _ others: inout Set<String>
    ) -> Bool {
        if Self.isSame(name, "for") {
            guard element.client == nil else { return false }
            element.client = ForwardedNode(value[...])
            return element.client != nil
        }
        if Self.isSame(name, "proto") {
            guard element.scheme == nil else { return false }
            // As nearly everybody writes it.
            element.scheme = value == "https" || value == "http" ? value : value.lowercased()
            return element.scheme == "http" || element.scheme == "https"
        }
        if Self.isSame(name, "host") {
            guard element.host == nil else { return false }
            element.host = value
            return Self.isHost(value)
        }
        return others.insert(text(name).lowercased()).inserted
    }

    /// Whether a parameter has this name, of small letters alone, in whatever letters it is written.
    private static func isSame(_ name: UnsafeBufferPointer<UInt8>, _ wanted: StaticString) -> Bool {
        guard name.count == wanted.utf8CodeUnitCount else { return false }
        for index in name.indices where name[index] | 0x20 != wanted.utf8Start[index] { return false }
        return true
    }

    private static func isHost(_ text: String) -> Bool {
        (1...261).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
                    || ".-_:[]".utf8.contains(byte)
            }
    }

    // MARK: Lexis (RFC 9110, sections 5.6.2 and 5.6.4)

    private var isAtEnd: Bool { next == bytes.count }
    private var peek: UInt8 { isAtEnd ? 0 : bytes[next] }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard !isAtEnd, bytes[next] == byte else { return false }
        next += 1
        return true
    }

    private mutating func skipBlanks() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { next += 1 }
    }

    private mutating func token() -> UnsafeBufferPointer<UInt8>? {
        let start = next
        while !isAtEnd, Self.isTokenByte(bytes[next]) { next += 1 }
        return next > start ? UnsafeBufferPointer(rebasing: bytes[start..<next]) : nil
    }

    private func text(_ token: UnsafeBufferPointer<UInt8>) -> String { String(decoding: token, as: UTF8.self) }

    private mutating func quoted() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = next
        while Self.isPlain(peek) { next += 1 }
        // As a rule nothing is escaped.
        if take(UInt8(ascii: "\"")) { return String(validating: bytes[start..<next - 1], as: UTF8.self) }
        var text = Array(bytes[start..<next])
        while !isAtEnd {
            if take(UInt8(ascii: "\"")) { return String(validating: text, as: UTF8.self) }
            if take(UInt8(ascii: "\\")), isAtEnd { return nil }
            guard bytes[next] == UInt8(ascii: "\t") || bytes[next] >= 0x20 && bytes[next] != 0x7F else { return nil }
            text.append(bytes[next])
            next += 1
        }
        return nil
    }

    /// Whether a byte stands for itself within quotation marks; the end's zero does not.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"),
            UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
