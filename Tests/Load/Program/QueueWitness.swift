import Foundation
import LoadModel
import Ticketing
import Wire

/// Notes what is published of a waiting room when it is, and has the ranking proved by it at the end.
struct QueueWitness {
    /// What came of it.
    struct Proof {
        var ranking: [QueuePlace.EntryID: Int] = [:]
        /// Nil where there is nobody who proves.
        var isVerified: Bool?
        var isMoveFound: Bool?
    }

    private struct Published: Decodable {
        let seedHash: String
        let listHash: String?
        let seed: String?
    }

    private let pages: PublicPages
    private let path: String
    private var seedHash: String?
    private var listHash: String?

    init(pages: PublicPages, performance: PerformanceID) {
        self.pages = pages
        path = "/v1/performances/\(performance)/waiting-room"
    }

    /// Whether there is something to be noted still.
    var isWaiting: Bool { seedHash == nil || listHash == nil }

    /// Looks; what can't be read now is read later.
    mutating func look() async {
        guard isWaiting, let bytes = try? await pages.bytes(path),
            let published = try? WireJSON.decode(Published.self, from: bytes)
        else { return }
        seedHash = seedHash ?? published.seedHash
        listHash = listHash ?? published.listHash
    }

    /// Reads the ranking, and has it and a wrong one looked at by `verify-queue`.
    mutating func prove(by jobs: StackJobs?) async throws -> Proof {
        await look()
        var proof = Proof()
        guard let listHash, let seedHash else { return proof }
        let document = try await pages.bytes(path + "/ranking")
        let lines = String(decoding: document, as: UTF8.self).split(separator: "\n").map(String.init)
        proof.ranking = Self.ranks(lines)
        guard let jobs else { return proof }
        let hashes = ["--seed-hash", seedHash, "--list-hash", listHash]
        proof.isVerified = try await jobs.verifiesQueue(document, hashes)
        if let moved = Self.moved(lines) {
            proof.isMoveFound = try await !jobs.verifiesQueue(Array(moved.utf8), hashes)
        }
        return proof
    }

    /// The places of the entries `[number,"entry_id"]`, from 1.
    static func ranks(_ lines: [String]) -> [QueuePlace.EntryID: Int] {
        var ranks: [QueuePlace.EntryID: Int] = [:]
        for line in lines where line.hasPrefix("[") {
            let words = line.split(separator: "\"")
            guard words.count == 3, let id = QueuePlace.EntryID(words[1]) else { continue }
            ranks[id] = ranks.count + 1
        }
        return ranks
    }

    /// The same list with the last entry one place further up; nil where there are not two.
    static func moved(_ lines: [String]) -> String? {
        let entries = lines.indices.filter { lines[$0].hasPrefix("[") }
        guard entries.count >= 2 else { return nil }
        var moved = lines
        moved.swapAt(entries[entries.count - 1], entries[entries.count - 2])
        return moved.joined(separator: "\n") + "\n"
    }
}
