import ArgumentParser
import LedgerStore
import Ticketing

/// What providers keep of charges: the rules by which their fees are booked.
struct ProviderFeesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider-fees", abstract: "The rules by which providers' fees are booked.",
        subcommands: [List.self, Set.self], defaultSubcommand: List.self)

    /// Lists them.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules.")

        func run() async throws {
            let rules = try await LedgerJob.run(name: "provider-fees") {
                try await BooksStore(pool: $0).providerFeeRules()
            }
            for rule in rules {
                let fixed = Money(amountMinor: rule.fixedMinor, currency: rule.currency)
                print(
                    "\(rule.provider) \(rule.currency): \(rule.basisPoints) basis points and \(MoneyText.text(fixed))")
            }
            if rules.isEmpty { print("no fees are booked") }
        }
    }

    /// Changes one.
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Book this of each charge from now on.")

        @Argument(help: "The provider: sandbox, stripe, toss.")
        var provider: String

        @Argument(help: "The ISO 4217 code.")
        var currency: String

        @Option(help: "Hundredths of a percent of the charge.")
        var basisPoints: Int

        @Option(help: "What comes on top, in minor units.")
        var fixed: Int64 = 0

        func validate() throws {
            guard ProviderName(rawValue: provider) != nil else { throw ValidationError("There is no such provider.") }
            guard Money.isCurrency(currency) else { throw ValidationError("A currency has three capital letters.") }
            guard (0...10_000).contains(basisPoints) else { throw ValidationError("--basis-points is 0 to 10000.") }
            guard fixed >= 0 else { throw ValidationError("--fixed can't be negative.") }
        }

        func run() async throws {
            let rule = ProviderFeeRule(
                provider: provider, currency: currency, basisPoints: basisPoints, fixedMinor: fixed)
            try await LedgerJob.run(name: "provider-fees") { try await BooksStore(pool: $0).set(rule) }
        }
    }
}
