import Ticketing
public import Wire

/// What a change commits to of each ticket that it issued.
public struct TicketWords: Hashable, Sendable {
    /// The ticket, its seat and its price.
    public var ticket: ProvenTicketResource
    /// The hash of the code that the gate reads.
    public var codeHash: ProofHash

    /// All members.
    public init(ticket: ProvenTicketResource, codeHash: ProofHash) {
        self.ticket = ticket
        self.codeHash = codeHash
    }

    /// The leaf in the tree of its change's tickets.
    public var leaf: ProofHash {
        MerkleTree.leaf(
            Array(
                ("\(ticket.ticketId) \(ticket.orderId) \(ticket.performanceId) \(ticket.seatIndex) "
                    + "\(ticket.price.amountMinor) \(ticket.serviceFee.amountMinor) \(ticket.price.currency) "
                    + "\(codeHash) \(ticket.seatLabel)").utf8))
    }

    /// The hash of a code as the gate reads it.
    public static func hash(ofCode code: String) -> ProofHash {
        ProofHash(of: Array(code.utf8))
    }
}
