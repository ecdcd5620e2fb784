/// The server that takes our mail.
public struct MailServer: Sendable {
    /// How the connection is protected.
    public enum Protection: String, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// By STARTTLS before anything else is said (RFC 3207); a server without it gets nothing.
        case starttls
        /// From the first byte on (RFC 8314).
        case tls
    }

    /// Who we are there; every description of it is `***`.
    public struct Login: Sendable, CustomStringConvertible, CustomReflectable {
        let user: String
        let password: String

        /// A name and its password.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        /// Never the text.
        public var description: String { "***" }
        /// No children.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// A name or a number.
    public let host: String
    /// 25, 465 or 587, as a rule.
    public let port: Int
    /// How the connection is protected.
    public let protection: Protection
    /// Who we are there, if it asks.
    public let login: Login?
    /// The authorities by whose certificate we know it; nil for the system's.
    public let authorityFile: String?

    /// A server.
    public init(
        host: String, port: Int, protection: Protection, login: Login? = nil, authorityFile: String? = nil
    ) {
        self.host = host
        self.port = port
        self.protection = protection
        self.login = login
        self.authorityFile = authorityFile
    }

    var url: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(protection == .tls ? "smtps" : "smtp")://\(shownHost):\(port)"
    }
}
