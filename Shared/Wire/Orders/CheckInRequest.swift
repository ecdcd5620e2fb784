/// Lets a bearer in: `POST /v1/check-ins`.
public struct CheckInRequest: Codable, Hashable, Sendable {
    /// What the gate read.
    public var ticketCode: String

    /// All members.
    public init(ticketCode: String) {
        self.ticketCode = ticketCode
    }
}
