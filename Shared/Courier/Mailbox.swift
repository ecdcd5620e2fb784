/// An address of e-mail, and whose it is.
public struct Mailbox: Hashable, Sendable {
    /// What to call them; may be empty.
    public let name: String
    /// `local@domain`.
    public let address: String

    /// Nil where the address has not the form of one: what travels in commands and headers must not end them.
    public init?(name: String, address: String) {
        guard Self.isAddress(address) else { return nil }
        self.name = name
        self.address = address
    }

    /// Whether the text may be an address (RFC 5321, section 4.1.2, without quoted local parts).
    public static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254 else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
                && scalar.properties.generalCategory != .control
        }
    }

    /// As a header has it.
    var field: String {
        if name.isEmpty { return "<\(address)>" }
        let phrase = MIMEText.phrase(name)
        // Behind encoded words a line of its own: they may fill theirs.
        return phrase == name ? "\(name) <\(address)>" : "\(phrase)\r\n <\(address)>"
    }
}
