import ArgumentParser
import LedgerStore
import Wire

/// Lists who is told.
struct WebhooksListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List everybody who is told, as JSON, an object a line.")

    func run() async throws {
        let consumers = try await LedgerJob.run(name: "webhooks") { try await MessagesStore(pool: $0).consumers() }
        for consumer in consumers { print(String(decoding: try WireJSON.encode(consumer), as: UTF8.self)) }
    }
}
