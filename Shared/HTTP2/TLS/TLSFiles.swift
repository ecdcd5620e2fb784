/// Where the certificates of a listener, or of the house's services among themselves, are: PEM files.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate and those between it and its authority, the own one first.
    public let certificate: String
    /// The certificate's private key.
    public let key: String
    /// Whose certificates a peer must have, and what name a server's must bear; nil where peers show none.
    public let mutual: Mutual?

    /// What is asked of peers.
    public struct Mutual: Sendable, Hashable {
        /// The authorities.
        public let authority: String
        /// The name that a server's certificate bears, whatever address it was found at.
        public let serverName: String

        public init(authority: String, serverName: String) {
            self.authority = authority
            self.serverName = serverName
        }
    }

    public init(certificate: String, key: String, mutual: Mutual? = nil) {
        self.certificate = certificate
        self.key = key
        self.mutual = mutual
    }

    var paths: [String] { [certificate, key] + (mutual.map { [$0.authority] } ?? []) }
}
