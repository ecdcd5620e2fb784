import LedgerStore
import Postgres
import Proof
import Ticketing
import Wire

/// Publishes heads of histories, and proves tickets by them.
///
/// A head is signed only when the history still leads to the head before it: a history that was rewritten is not
/// published over.
actor ProofDesk {
    /// Performances whose tree is kept in memory, 64 bytes a change.
    private static let logsMax = 64
    /// Hashes read at once.
    private static let pageItems = 10_000

    private struct Log {
        var tree = MerkleLog()
        var last: ProofHash
        var use = 0
    }

    private let store: ProofStore
    private let signers: [HeadSigner]
    private let headSeconds: Int64
    private var logs: [PerformanceID: Log] = [:]
    private var uses = 0
    // What was answered within the last second: any number of people may ask.
    private var recent: [PerformanceID: (head: ProofHeadResource, at: Timestamp)] = [:]

    init(store: ProofStore, settings: ProofSettings) {
        self.store = store
        signers = ProofSettings.signers(settings.keys)
        headSeconds = Int64(settings.headSeconds)
    }

    /// The keys that heads are signed under, the one that signs first.
    nonisolated var keys: [ProofKeyResource] { signers.map(\.resource) }

    /// The latest head, a new one where it is old and the history went on; nil where nothing is published.
    func head(of performance: PerformanceID, at now: Timestamp) async throws -> ProofHeadResource? {
        if let known = recent[performance], known.at.seconds(until: now) < 1 { return known.head }
        let head = try await currentHead(of: performance, at: now)
        if recent.count > Self.logsMax { recent = [:] }
        recent[performance] = head.map { ($0, now) }
        return head
    }

    private func currentHead(of performance: PerformanceID, at now: Timestamp) async throws -> ProofHeadResource? {
        guard !signers.isEmpty, let position = try await store.position(of: performance), position.sequence > 0 else {
            return nil
        }
        let latest = try await store.latestHead(of: performance)
        if let latest,
            latest.sequence >= position.sequence || latest.publishedAt.seconds(until: now) < headSeconds
        {
            return latest
        }
        return try await publish(performance, at: position, behind: latest, now)
    }

    /// A ticket with all that proves it; nil where it was issued before tickets were bound to changes, or nothing is
    /// published.
    func proof(of ticket: StoredTicketWords, at now: Timestamp) async throws -> TicketProofResource? {
        let performance = ticket.words.ticket.performanceId
        guard let sequence = ticket.soldSequence,
            let head = try await head(of: performance, covering: sequence, at: now),
            let (change, previous) = try await store.change(of: performance, at: sequence),
            let ticketsHash = change.link.ticketsHash
        else { return nil }
        let siblings = try await store.tickets(of: performance, soldAt: sequence).map(\.words)
        var tickets = MerkleLog()
        for words in siblings { tickets.append(words.leaf) }
        let tree = try await tree(of: performance, to: head.sequence)
        guard let place = siblings.firstIndex(of: ticket.words),
            let ticketPath = tickets.path(of: place, size: siblings.count),
            let changePath = tree.path(of: Int(sequence) - 1, size: Int(head.sequence))
        else { throw ProofFailure.brokenHistory(performance) }
        let proof = TicketProofResource(
            ticket: ticket.words.ticket,
            change: ProvenChangeResource(
                sequence: sequence, committedAt: change.link.committedAt, previousHash: previous.description,
                changes: change.link.changes, ticketsHash: ticketsHash.description),
            ticketPath: ticketPath.map(\.description), changePath: changePath.map(\.description), head: head)
        do {
            // Nobody is handed a proof that proves nothing.
            try TicketProof(proof).verify(keys: nil)
        } catch {
            throw ProofFailure.brokenHistory(performance)
        }
        return proof
    }

    // MARK: Heads

    private func head(
        of performance: PerformanceID, covering sequence: Int64, at now: Timestamp
    ) async throws -> ProofHeadResource? {
        guard let head = try await head(of: performance, at: now) else { return nil }
        if head.sequence >= sequence { return head }
        // Whoever asks for a ticket's proof does not wait for the next head.
        guard let position = try await store.position(of: performance) else { return nil }
        return try await publish(performance, at: position, behind: head, now)
    }

    private func publish(
        _ performance: PerformanceID, at position: SeatsPosition, behind latest: ProofHeadResource?, _ now: Timestamp
    ) async throws -> ProofHeadResource? {
        guard let signer = signers.first else { return nil }
        let tree = try await tree(of: performance, to: position.sequence)
        if let latest, tree.root(size: Int(latest.sequence))?.description != latest.treeHash {
            throw ProofFailure.rewrittenHistory(performance)
        }
        guard let root = tree.root(size: Int(position.sequence)),
            let change = try await store.change(of: performance, at: position.sequence)?.change
        else { throw ProofFailure.brokenHistory(performance) }
        let head = try signer.sign(
            ProofHeadResource(
                performanceId: performance, epoch: position.epoch, sequence: position.sequence,
                chainHash: change.hash.description, treeHash: root.description, publishedAt: now, keyId: signer.keyID,
                signature: ""))
        try await store.publish(head)
        // Another replica may have been first: everybody is shown the one that is kept.
        return try await store.latestHead(of: performance)
    }

    // MARK: Trees

    /// The tree over a history up to a sequence or further: what is in memory, and what came since.
    private func tree(of performance: PerformanceID, to sequence: Int64) async throws -> MerkleLog {
        var log = logs[performance] ?? Log(last: ChainLink.beginning(of: performance))
        while log.tree.count < sequence {
            // The last one that is known is read again: after a restore the history may be another one.
            let from = max(1, Int64(log.tree.count))
            let page = try await store.chain(of: performance, from: from, limit: Self.pageItems)
            var new = page[...]
            if log.tree.count > 0 {
                guard let known = new.popFirst(), known.hash == log.last else {
                    log = Log(last: ChainLink.beginning(of: performance))
                    continue
                }
            }
            guard !new.isEmpty else { throw ProofFailure.brokenHistory(performance) }
            for (place, hash) in new {
                guard place == log.tree.count + 1 else { throw ProofFailure.brokenHistory(performance) }
                log.tree.append(MerkleTree.leaf(hash.bytes))
                log.last = hash
            }
        }
        keep(log, of: performance)
        return log.tree
    }

    private func keep(_ log: Log, of performance: PerformanceID) {
        // While we read, somebody else may have read further.
        guard (logs[performance]?.tree.count ?? -1) <= log.tree.count else { return }
        uses += 1
        logs[performance] = log
        logs[performance]?.use = uses
        if logs.count > Self.logsMax, let oldest = logs.min(by: { $0.value.use < $1.value.use }) {
            logs[oldest.key] = nil
        }
    }
}

/// The history does not hold what it has to: `payment audit` tells more.
enum ProofFailure: Error, CustomStringConvertible {
    /// Changes are missing, or tickets are not those that they committed to.
    case brokenHistory(PerformanceID)
    /// It does not lead to what was published of it.
    case rewrittenHistory(PerformanceID)

    var description: String {
        switch self {
        case .brokenHistory(let performance): "the history of \(performance) is broken: run payment audit"
        case .rewrittenHistory(let performance):
            "the history of \(performance) is not the one that was published: run payment audit"
        }
    }
}
