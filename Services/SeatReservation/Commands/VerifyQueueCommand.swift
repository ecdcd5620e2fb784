import ArgumentParser
import Foundation
import Proof
import Ticketing
import WaitingRoom
import Wire

/// Computes a published ranking again, by nothing but its file: no database, no network.
struct VerifyQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-queue",
        abstract: "Compute the order of a waiting room again, offline.",
        discussion: """
            Exit codes: 0 right; 1 not right, with the first entry that differs; 2 unreadable.

            The file is what GET /v1/performances/{performance_id}/waiting-room/ranking answers. The hashes are those \
            of GET /v1/performances/{performance_id}/waiting-room, noted before the seed was published; without them \
            the file is only proved to agree with itself.
            """)

    /// A line has some fifty bytes, and a list two million lines.
    private static let bytesMax = 256 * 1_048_576

    @Argument(help: "The ranking's file; - for standard input.")
    var file: String

    @Option(help: "The seed's hash, as it was published before the opening.")
    var seedHash: HashArgument?

    @Option(help: "The list's hash, as it was published before the seed.")
    var listHash: HashArgument?

    @Option(help: "An entry's id, to be told its place.")
    var entry: String?

    func run() async throws {
        let ranking: PublishedRanking
        do {
            ranking = try PublishedRanking(String(decoding: try Self.bytes(of: file), as: UTF8.self))
        } catch let fault as RankingFault {
            print("UNREADABLE \(file): \(fault.sentence)")
            throw ExitCode(2)
        } catch {
            print("UNREADABLE \(file): \(error)")
            throw ExitCode(2)
        }
        do {
            try ranking.verify(seedHash: seedHash?.hash, listHash: listHash?.hash)
        } catch {
            print("NOT RIGHT: \(error.sentence)")
            throw ExitCode(1)
        }
        print(
            """
            performance  \(ranking.heading.performanceId)
            list         \(ranking.lines.count) entries, their hash published at \(ranking.heading.listedAt)
            seed         published at \(ranking.heading.seedPublishedAt)
            """)
        if let entry { print("entry        \(place(of: entry, in: ranking))") }
        print("RIGHT: the order follows from list and seed\(trust)")
    }

    /// What that is worth: whoever noted no hash knows only that the file agrees with itself.
    private var trust: String {
        switch (seedHash, listHash) {
        case (nil, nil): "; --seed-hash and --list-hash tell whether they are those."
        case (_, nil): ", whose seed has the hash that you noted; --list-hash tells whether it is the list."
        case (nil, _): ", whose list has the hash that you noted; --seed-hash tells whether it is the seed."
        case (_, _): ", whose hashes you noted."
        }
    }

    private func place(of text: String, in ranking: PublishedRanking) -> String {
        guard let position = EntryID(text).flatMap({ ranking.position(of: $0) }) else { return "not of this list" }
        return "at position \(position)"
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let handle = path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
        let data = try handle.read(upToCount: bytesMax) ?? Data()
        return Array(data)
    }
}

/// A SHA-256 as text.
struct HashArgument: ExpressibleByArgument {
    let hash: ProofHash

    init?(argument: String) {
        guard let hash = ProofHash(argument) else { return nil }
        self.hash = hash
    }
}
