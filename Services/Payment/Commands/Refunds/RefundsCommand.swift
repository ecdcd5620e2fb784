import ArgumentParser

/// Refunds that a provider refused: what is owed, why, how it is tried again, and that it went back by hand.
struct RefundsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refunds",
        abstract: "Refunds that a provider refused: what is owed, trying again, settling by hand.",
        subcommands: [RefundsListCommand.self, RefundsRetryCommand.self, RefundsSettleCommand.self])
}
