import ArgumentParser
import LedgerStore

/// Ends an address.
struct WebhooksRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Tell an organizer nothing more at an address, not even what waits.")

    @Argument(help: "The webhook's name.")
    var name: String

    func run() async throws {
        let isRemoved = try await LedgerJob.run(name: "webhooks") { [name] pool in
            try await MessagesStore(pool: pool).removeWebhook(name)
        }
        guard isRemoved else { throw ValidationError("There is no webhook \(name).") }
        print("\(name) is told nothing more")
    }
}
