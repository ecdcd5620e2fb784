import Ticketing
public import Wire

/// Checks a ticket's proof by nothing but itself and the keys of those who publish heads.
///
/// From the bottom up: the ticket's words make a leaf; the leaf's path leads to what its change commits to; the change
/// sold that seat, and commits to one ticket for each seat that it sold; the change's hash has its place in the tree
/// whose root is in the head; the head is signed.
public struct TicketProof: Sendable {
    private let resource: TicketProofResource

    /// A proof as it came.
    public init(_ resource: TicketProofResource) {
        self.resource = resource
    }

    /// Whether it proves what it says; else the first thing that is wrong. Without keys the head's signature is not
    /// looked at, and a stranger may have made all of it.
    public func verify(keys: [HeadKey]?, code: String? = nil) throws(TicketProofFault) {
        guard resource.format == TicketProofResource.currentFormat else { throw .unknownFormat }
        let words = try ticketWords()
        let head = resource.head
        let (tree, chain) = (try hash(head.treeHash), try hash(head.chainHash))
        guard resource.ticket.performanceId == head.performanceId else { throw .otherPerformance }
        let link = try link()
        guard link.sequence >= 1, link.sequence <= head.sequence, let size = Int(exactly: head.sequence) else {
            throw .changeBehindHead
        }
        try issued(words, by: link)
        let hash = link.hash(after: try hash(resource.change.previousHash))
        let root = MerkleTree.root(
            from: MerkleTree.leaf(hash.bytes), at: Int(link.sequence) - 1, of: size, by: try path(resource.changePath))
        guard root == tree, link.sequence < head.sequence || hash == chain else { throw .changeNotInHistory }
        if let keys {
            guard keys.contains(where: { $0.signed(head) }) else { throw .headNotSigned }
        }
        if let code {
            guard TicketWords.hash(ofCode: code) == words.codeHash else { throw .otherCode }
        }
    }

    private func ticketWords() throws(TicketProofFault) -> TicketWords {
        TicketWords(ticket: resource.ticket, codeHash: try hash(resource.ticket.codeHash))
    }

    private func link() throws(TicketProofFault) -> ChainLink {
        ChainLink(
            sequence: resource.change.sequence, committedAt: resource.change.committedAt,
            changes: resource.change.changes, ticketsHash: try hash(resource.change.ticketsHash))
    }

    /// The change issued the ticket for a seat that it sold: the tickets' tree has one leaf for each of these seats.
    private func issued(_ words: TicketWords, by link: ChainLink) throws(TicketProofFault) {
        let seats = link.changes.map(\.seatIndex)
        guard zip(seats, seats.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .seatsOutOfOrder }
        let sold = link.changes.filter { $0.state == .sold }.map(\.seatIndex)
        guard let place = sold.firstIndex(of: words.ticket.seatIndex) else { throw .seatNotSold }
        let root = MerkleTree.root(from: words.leaf, at: place, of: sold.count, by: try path(resource.ticketPath))
        let oneCurrency = words.ticket.price.currency == words.ticket.serviceFee.currency
        guard let root, root == link.ticketsHash, oneCurrency else { throw .ticketNotIssued }
    }

    private func path(_ texts: [String]) throws(TicketProofFault) -> [ProofHash] {
        var path: [ProofHash] = []
        for text in texts { path.append(try hash(text)) }
        return path
    }

    private func hash(_ text: String) throws(TicketProofFault) -> ProofHash {
        guard let hash = ProofHash(text) else { throw .malformedHash }
        return hash
    }
}
