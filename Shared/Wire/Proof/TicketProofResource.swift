/// A ticket with all that proves it: its change, the paths of both, and a signed head.
public struct TicketProofResource: Codable, Hashable, Sendable {
    /// The version of this shape, and of what is hashed.
    public static let currentFormat = "box-office-ticket-proof-1"

    /// ``currentFormat``.
    public var format: String
    /// The ticket.
    public var ticket: ProvenTicketResource
    /// The change that issued it.
    public var change: ProvenChangeResource
    /// From the ticket to the change's root: neighbours, from the bottom up.
    public var ticketPath: [String]
    /// From the change to the head's root.
    public var changePath: [String]
    /// What was published.
    public var head: ProofHeadResource

    /// All members.
    public init(
        ticket: ProvenTicketResource, change: ProvenChangeResource, ticketPath: [String], changePath: [String],
        head: ProofHeadResource
    ) {
        format = Self.currentFormat
        self.ticket = ticket
        self.change = change
        self.ticketPath = ticketPath
        self.changePath = changePath
        self.head = head
    }
}
