import ArgumentParser
import LedgerStore

/// Tries dead letters again.
struct MessagesRedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Try dead letters again, as if they were new: one, or all.")

    @Argument(help: "The message's position; without it --all is needed.")
    var position: Int64?

    @Option(help: "Of this consumer alone: mail, figures, or a webhook's name.")
    var consumer: String?

    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        guard (position == nil) == all else { throw ValidationError("Give a position, or --all.") }
    }

    func run() async throws {
        let count = try await LedgerJob.run(name: "messages") { [consumer, position] pool in
            try await MessagesStore(pool: pool).redrive(consumer: consumer, position: position)
        }
        print("\(count) redriven")
    }
}
