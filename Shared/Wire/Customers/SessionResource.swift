public import Ticketing

/// A sign-in: the token is the same as in the cookie `session`.
public struct SessionResource: Codable, Hashable, Sendable {
    /// Opaque; sent back as `Authorization: Bearer …`. Only in the answer that creates it.
    public var sessionToken: String?
    /// When it ends by itself.
    public var expiresAt: Timestamp
    /// Who is signed in.
    public var customer: CustomerResource

    /// All members.
    public init(sessionToken: String? = nil, expiresAt: Timestamp, customer: CustomerResource) {
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
        self.customer = customer
    }
}
