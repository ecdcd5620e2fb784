import ArgumentParser

/// The load tool: plays scenarios against a gateway, and tells what came of them.
@main
struct RushMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rush",
        abstract: "Lets a crowd come to a sale, as an open loop, and tells what came of it.",
        subcommands: [PlayCommand.self, CheckCommand.self], defaultSubcommand: PlayCommand.self)
}
