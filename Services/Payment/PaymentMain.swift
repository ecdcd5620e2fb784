import ArgumentParser

/// The payment service and its jobs.
@main
struct PaymentMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Orders, payments, tickets and the ledger of Box Office.",
        subcommands: [
            ServeCommand.self, SandboxMigrateCommand.self, AuditCommand.self, VerifyTicketCommand.self,
            MessagesCommand.self,
            WebhooksCommand.self, SalesCommand.self, RefundOrderCommand.self, RefundsCommand.self,
            CancelPerformanceCommand.self, BalancesCommand.self, PayoutCommand.self, ProviderFeesCommand.self,
            StatementCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
