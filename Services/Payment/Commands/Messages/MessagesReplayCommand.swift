import ArgumentParser
import LedgerStore
import Ticketing

/// Tells a consumer again what was told before, or before it was there.
struct MessagesReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Tell one consumer everything again from a point on, also what it was told before.",
        discussion: "A mail goes out again, with the Message-ID that it had. Figures are counted anew, never twice.")

    @Argument(help: "The consumer: mail, figures, or a webhook's name.")
    var consumer: String

    @Option(help: "From there: a message's position, an instant (RFC 3339), or beginning.")
    var from: String

    @Option(help: "Up to there, included: a message's position.")
    var through: Int64?

    func run() async throws {
        let opened = try await LedgerJob.run(name: "messages") { [consumer, from, through] pool in
            let store = MessagesStore(pool: pool)
            guard try await store.consumers().contains(where: { $0.name == consumer }) else {
                throw ValidationError("There is no consumer \(consumer): payment webhooks list names them.")
            }
            guard let first = try await Self.position(of: from, in: store) else { return Int64(0) }
            return try await store.replay(consumer, from: first, through: through ?? .max)
        }
        print("\(opened) messages are told to \(consumer) again")
    }

    /// Nil when no message is that young.
    private static func position(of text: String, in store: MessagesStore) async throws -> Int64? {
        if text == "beginning" { return 1 }
        if let position = Int64(text) { return position }
        guard let time = Timestamp(text) else {
            throw ValidationError("--from is neither a position nor an instant, such as 2026-11-21T08:00:00Z.")
        }
        return try await store.position(at: time)
    }
}
