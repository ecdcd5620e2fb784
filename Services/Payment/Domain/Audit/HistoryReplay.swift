import LedgerStore
import Proof
import Ticketing
import Wire

/// Replays the history of one performance's seats, change by change: hashes, tickets, states and published heads. Pure.
struct HistoryReplay: Sendable {
    private let history: AuditedHistory
    private let keys: [HeadKey]
    private(set) var findings: [AuditFinding] = []
    /// The last change.
    private(set) var sequence: Int64
    /// When it was committed; nil before the first.
    private(set) var committedAt: Timestamp?
    /// What it came to, seat by seat.
    private(set) var states: [SeatState]
    private var changed: [Int64]
    private var hash: ProofHash
    // Heads that lie ahead, and the tree that they are roots of.
    private var heads: ArraySlice<ProofHeadResource>
    private var tree = MerkleLog()

    /// A history, and the heads that were published of it, in order; without keys their signatures are not looked at.
    init(_ history: AuditedHistory, heads: [ProofHeadResource] = [], keys: [HeadKey] = []) {
        self.history = history
        self.keys = keys
        self.heads = heads[...]
        sequence = history.prunedSequence
        hash = history.beginning
        states = Array(repeating: .available, count: history.seatCount)
        changed = Array(repeating: 0, count: history.seatCount)
    }

    /// The next change, with the tickets that say that they came with it, by seat; nil where they are not looked at.
    mutating func add(_ change: StoredChange, tickets: [TicketWords]? = nil) {
        let link = change.link
        if link.sequence != sequence + 1 {
            add(.chainBroken, "change \(link.sequence)", "the change before it is \(sequence): others are missing")
        }
        if link.hash(after: hash) != change.hash {
            add(.chainBroken, "change \(link.sequence)", "it does not give its hash: it or the one before was altered")
        }
        // From here on by the stored hash, so that one fault is told once.
        hash = change.hash
        sequence = link.sequence
        committedAt = link.committedAt
        if let tickets { compare(tickets, with: link) }
        for seat in link.changes { apply(seat) }
        if !heads.isEmpty { compareHeads() }
    }

    /// Tickets that name a change which is not there.
    mutating func ticketsOfNoChange(_ tickets: [TicketWords], sequence: Int64) {
        for words in tickets {
            add(.ticketDiffersFromChange, "ticket \(words.ticket.ticketId)", "its change \(sequence) is not there")
        }
    }

    /// Nothing comes any more: the performance's own words, and its seats' rows.
    mutating func end(seats: [AuditedSeat]) {
        if sequence != history.sequence || hash != history.hash {
            add(
                .chainWithoutHead, "sequence \(history.sequence)", "the last change is \(sequence), or its hash another"
            )
        }
        for head in heads {
            add(.headNotInChain, "head \(head.sequence)", "it was published, and the history ends before it")
        }
        // What became of a pruned history's seats is not known where they did not change since.
        for seat in seats where history.prunedSequence == 0 || seat.changedSequence > history.prunedSequence {
            guard let place = place(of: seat.seatIndex) else {
                add(.seatDiffersFromHistory, "seat \(seat.seatIndex)", "the map has no such seat")
                continue
            }
            if seat.state != states[place] || seat.changedSequence != changed[place] {
                add(
                    .seatDiffersFromHistory, "seat \(seat.seatIndex)",
                    "\(seat.state) since \(seat.changedSequence), by its history \(states[place]) since \(changed[place])"
                )
            }
        }
    }

    private mutating func apply(_ change: SeatChange) {
        guard let place = place(of: change.seatIndex) else {
            add(.chainBroken, "change \(sequence)", "it names seat \(change.seatIndex), which the map does not have")
            return
        }
        let before = states[place]
        // A pruned history says nothing of what a seat was before its first change.
        let isKnown = history.prunedSequence == 0 || changed[place] > 0
        if isKnown, before == .sold || before == .blocked, change.state == .held || change.state == .sold {
            add(
                .seatSoldTwice, "seat \(change.seatIndex)",
                "\(change.state) by change \(sequence) while it was \(before) since \(changed[place])")
        }
        states[place] = change.state
        changed[place] = sequence
    }

    private mutating func compare(_ tickets: [TicketWords], with link: ChainLink) {
        guard link.ticketsHash != nil || !tickets.isEmpty else { return }
        let sold = link.changes.filter { $0.state == .sold }.map(\.seatIndex)
        let issued = tickets.map(\.ticket.seatIndex)
        let subject = "change \(link.sequence)"
        if sold != issued {
            let missing = Set(sold).subtracting(issued).sorted()
            let extra = Set(issued).subtracting(sold).sorted()
            let words = [
                missing.isEmpty ? nil : "no ticket for seats \(missing)",
                extra.isEmpty ? nil : "tickets for seats \(extra)",
            ].compactMap { $0 }.joined(separator: ", ")
            add(.ticketDiffersFromChange, subject, words.isEmpty ? "two tickets for a seat" : words)
        } else if MerkleTree.root(tickets.map(\.leaf)) != link.ticketsHash {
            add(.ticketDiffersFromChange, subject, "one of the tickets for seats \(issued) was altered")
        }
    }

    private mutating func compareHeads() {
        tree.append(MerkleTree.leaf(hash.bytes))
        guard let head = heads.first, head.sequence <= sequence else { return }
        heads.removeFirst()
        if head.sequence != sequence || head.chainHash != hash.description
            || head.treeHash != tree.root(size: tree.count)?.description
        {
            add(.headNotInChain, "head \(head.sequence)", "what was published of it is not what the history says now")
        } else if !keys.isEmpty, !keys.contains(where: { $0.signed(head) }) {
            add(.headNotInChain, "head \(head.sequence)", "its signature is not one of our keys'")
        }
    }

    private func place(of seat: SeatIndex) -> Int? {
        states.indices.contains(Int(seat)) ? Int(seat) : nil
    }

    private mutating func add(_ check: HistoryCheck, _ subject: String, _ detail: String) {
        findings.append(
            AuditFinding(check: check.rawValue, subject: "\(history.performanceID) \(subject)", detail: detail))
    }
}
