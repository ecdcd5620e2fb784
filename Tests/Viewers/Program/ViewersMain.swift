import ArgumentParser

/// The programs of the proofs with thousands of viewers: those who watch, and those whose holds they see.
@main
struct ViewersMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viewers", abstract: "Thousands of viewers, and the changes that they see.",
        subcommands: [WatchCommand.self, HoldSeatsCommand.self])
}
