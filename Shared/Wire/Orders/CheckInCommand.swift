public import Ticketing

/// An organizer's wish to let a bearer in.
public struct CheckInCommand: Codable, Hashable, Sendable {
    /// Who stands at the gate.
    public var organizerId: CustomerID
    /// True when the account may do everything.
    public var isAdmin: Bool
    /// The organizer's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// What the gate read.
    public var ticketCode: String

    /// All members.
    public init(
        organizerId: CustomerID, isAdmin: Bool, idempotencyKey: String, fingerprint: String, ticketCode: String
    ) {
        self.organizerId = organizerId
        self.isAdmin = isAdmin
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.ticketCode = ticketCode
    }
}
