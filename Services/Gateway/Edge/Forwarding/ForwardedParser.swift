/// Reads `Forwarded` (RFC 7239, section 4): elements with commas between them, each of pairs with semicolons.
struct ForwardedParser {
    /// Bytes of all fields of a request.
    static let bytesMax = 4_096
    /// Proxies on a request's way.
    static let elementsMax = 16

    private let bytes: [UInt8]
    private var next = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The elements of all fields of this name, the proxy nearest to the client first; nil when anything is malformed,
    /// said twice or too much.
    static func elements(of fields: [String]) -> [ForwardedElement]? {
        let text = fields.count == 1 ? fields[0] : fields.joined(separator: ",")
        guard text.utf8.count <= bytesMax else { return nil }
        var parser = ForwardedParser(Array(text.utf8))
        return parser.list()
    }

    // MARK: Grammar

    private mutating func list() -> [ForwardedElement]? {
        var elements: [ForwardedElement] = []
        repeat {
            skipBlanks()
            // Empty members of a list don't count (RFC 9110, section 5.6.1).
            if isAtEnd || peek == UInt8(ascii: ",") { continue }
            guard elements.count < Self.elementsMax, let element = element() else { return nil }
            elements.append(element)
            skipBlanks()
        } while take(UInt8(ascii: ","))
        return isAtEnd ? elements : nil
    }

    private mutating func element() -> ForwardedElement? {
        var element = ForwardedElement()
        // The parameters that nobody needs; the others stand in the element.
        var others: Set<String> = []
        repeat {
            skipBlanks()
            if isAtEnd || peek == UInt8(ascii: ",") || peek == UInt8(ascii: ";") { continue }
            guard let name = token()?.lowercased(), take(UInt8(ascii: "=")),
                let value = peek == UInt8(ascii: "\"") ? quoted() : token(),
                note(value, as: name, in: &element, &others)
            else { return nil }
            skipBlanks()
        } while take(UInt8(ascii: ";"))
        return element
    }

    /// False when the value is not one of the parameter's, or the parameter is said twice.
    private func note(
        _ value: String, as name: String, in element: inout ForwardedElement, _ others: inout Set<String>
    ) -> Bool {
        switch name {
        case "for":
            guard element.client == nil else { return false }
            element.client = ForwardedNode(value[...])
            return element.client != nil
        case "proto":
            guard element.scheme == nil else { return false }
            element.scheme = value.lowercased()
            return element.scheme == "http" || element.scheme == "https"
        case "host":
            guard element.host == nil else { return false }
            element.host = value
            return Self.isHost(value)
        default:
            return others.insert(name).inserted
        }
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

    private mutating func token() -> String? {
        let start = next
        while !isAtEnd, Self.isTokenByte(bytes[next]) { next += 1 }
        return next > start ? String(decoding: bytes[start..<next], as: UTF8.self) : nil
    }

    private mutating func quoted() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while !isAtEnd {
            if take(UInt8(ascii: "\"")) { return String(validating: text, as: UTF8.self) }
            if take(UInt8(ascii: "\\")), isAtEnd { return nil }
            guard bytes[next] == UInt8(ascii: "\t") || bytes[next] >= 0x20 && bytes[next] != 0x7F else { return nil }
            text.append(bytes[next])
            next += 1
        }
        return nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
