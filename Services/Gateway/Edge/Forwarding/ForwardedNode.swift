import ServiceRuntime

/// Somebody on a request's way (RFC 7239, section 6), its port left out.
enum ForwardedNode: Equatable, Sendable {
    case address(IPAddress)
    /// `unknown`.
    case unknown
    /// A name of the proxy's own choice: `_hidden`.
    case obfuscated(String)

    /// Reads a node; nil when it is none.
    init?(_ text: Substring) {
        let name: Substring
        // By bytes: what counts here is ASCII, and to find where characters end is dear.
        if text.utf8.first == UInt8(ascii: "[") {
            guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")),
                Self.isPort(text[text.utf8.index(after: end)...])
            else { return nil }
            let inner = text[text.utf8.index(after: text.startIndex)..<end]
            guard inner.utf8.contains(UInt8(ascii: ":")), let address = IPAddress(String(inner)) else { return nil }
            self = .address(address)
            return
        }
        if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            guard Self.isPort(text[colon...]) else { return nil }
            name = text[..<colon]
        } else {
            name = text
        }
        if let address = IPAddress(String(name)) {
            self = .address(address)
        } else if name.lowercased() == "unknown" {
            self = .unknown
        } else if Self.isObfuscated(name) {
            self = .obfuscated(String(name))
        } else {
            return nil
        }
    }

    /// Nothing, or a colon with up to five digits or an obfuscated port.
    private static func isPort(_ text: Substring) -> Bool {
        guard text.utf8.first == UInt8(ascii: ":") else { return text.isEmpty }
        let port = Substring(text.utf8.dropFirst())
        if port.utf8.first == UInt8(ascii: "_") { return isObfuscated(port) }
        return (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func isObfuscated(_ text: Substring) -> Bool {
        text.utf8.first == UInt8(ascii: "_") && text.utf8.count > 1
            && text.utf8.allSatisfy { byte in
                byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }
}
