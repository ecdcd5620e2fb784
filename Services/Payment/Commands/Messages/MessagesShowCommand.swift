import ArgumentParser
import LedgerStore
import Ticketing

/// Tells a message's story.
struct MessagesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message, and how each consumer was told of it.")

    @Argument(help: "The message's position, as the list and the logs name it.")
    var position: Int64

    func run() async throws {
        let lines = try await LedgerJob.run(name: "messages") { [position] pool in
            let store = MessagesStore(pool: pool)
            guard let message = try await store.message(at: position) else { return [String]() }
            return Self.head(message) + (try await store.stories(of: position)).flatMap(Self.lines)
        }
        guard !lines.isEmpty else { throw ValidationError("There is no message \(position).") }
        for line in lines { print(line) }
    }

    private static func head(_ message: StoredMessage) -> [String] {
        [
            "message      \(message.position)  \(message.id)",
            "tells of     \(message.kind.rawValue), \(message.createdAt)",
            "performance  \(message.performanceID)",
            "order        \(message.orderID?.description ?? "none")",
            "subject      \(message.subjectID ?? "none")",
            "amount       \(MoneyText.text(message.amount)), \(message.seatCount) seats",
        ]
    }

    private static func lines(_ story: DeliveryStory) -> [String] {
        ["", "\(story.consumer)  \(state(of: story))"]
            + story.story.map { attempt in
                "  attempt \(attempt.attempt)  \(attempt.endedAt)  \(attempt.succeeded ? "arrived" : "failed") after "
                    + "\(attempt.milliseconds) ms: \(attempt.detail)"
            }
    }

    private static func state(of story: DeliveryStory) -> String {
        if let time = story.finishedAt { return "arrived \(time), \(story.attempts) attempts" }
        if let time = story.deadAt { return "dead since \(time), \(story.attempts) attempts: \(story.lastError ?? "")" }
        if let before = story.behind { return "waits behind message \(before) of its order" }
        return "waits, \(story.attempts) attempts; the next after \(story.nextAttemptAt)"
    }
}
