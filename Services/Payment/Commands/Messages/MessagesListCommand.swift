import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// Lists what was given up.
struct MessagesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the dead letters, a line each: exit code 0 when there is none, else 1.")

    private static let pageItems = 1_000

    @Option(help: "Of this consumer alone: mail, figures, or a webhook's name.")
    var consumer: String?

    @Flag(help: "Print them as JSON, an object a line.")
    var json = false

    func run() async throws {
        let count = try await LedgerJob.run(name: "messages") { [consumer, json] pool in
            let store = MessagesStore(pool: pool)
            var place = (consumer: "", position: Int64(0))
            var count = 0
            while true {
                let page = try await store.deadLetters(after: place, limit: Self.pageItems)
                for letter in page where consumer == nil || letter.consumer == consumer {
                    count += 1
                    print(json ? String(decoding: try WireJSON.encode(letter), as: UTF8.self) : Self.line(letter))
                }
                guard page.count == Self.pageItems, let last = page.last else { return count }
                place = (last.consumer, last.position)
            }
        }
        if !json { print(count == 0 ? "no dead letters" : "\(count) dead letters: payment messages show POSITION") }
        throw ExitCode(count == 0 ? 0 : 1)
    }

    private static func line(_ letter: DeadLetter) -> String {
        let order = letter.orderId.map { "order \($0)" } ?? "the whole performance"
        return
            "\(letter.position)  \(letter.consumer)  \(letter.kind.rawValue)  \(order)  dead since \(letter.deadAt), "
            + "\(letter.attempts) attempts: \(letter.lastError ?? "nobody knows why")"
    }
}
