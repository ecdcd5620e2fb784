import ArgumentParser

/// What was to be told: what was given up, why, and how it is told again.
struct MessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages", abstract: "What customers and organizers are told: dead letters, and telling again.",
        subcommands: [
            MessagesListCommand.self, MessagesShowCommand.self, MessagesRedriveCommand.self,
            MessagesReplayCommand.self,
        ])
}
