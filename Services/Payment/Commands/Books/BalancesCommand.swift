import ArgumentParser
import Ledger
import LedgerStore
import Ticketing
import Wire

/// What stands on the accounts, now or at any instant before.
struct BalancesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balances", abstract: "Show what stands on the ledger's accounts, now or at an instant before.")

    @Option(help: "At which instant, like 2026-11-21T19:00:00Z; now by default.")
    var at: String?

    @Option(help: "Of this kind of account alone, like organizer_payable.")
    var account: String?

    @Option(help: "Of this owner alone: an organizer's id, or a provider's name.")
    var owner: String?

    @Flag(help: "Print them as JSON, an object a line.")
    var json = false

    func run() async throws {
        let time = try at.map { text in
            guard let time = Timestamp(text) else {
                throw ValidationError("--at is not a time like 2026-11-21T19:00:00Z.")
            }
            return time
        }
        let kind = try account.map { text in
            guard let kind = LedgerAccountKind(rawValue: text) else {
                let kinds = LedgerAccountKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--account is one of \(kinds).")
            }
            return kind
        }
        let balances = try await LedgerJob.run(name: "balances") { [owner] pool in
            let now = try await PaymentsStore(pool: pool).databaseTime()
            return try await BooksStore(pool: pool).balances(at: time ?? now, kind: kind, owner: owner)
        }
        for balance in balances {
            print(json ? String(decoding: try WireJSON.encode(balance), as: UTF8.self) : Self.line(balance))
        }
    }

    private static func line(_ balance: AccountBalance) -> String {
        let owner = balance.owner.isEmpty ? "" : " \(balance.owner)"
        return "\(balance.account.rawValue)\(owner): \(MoneyText.text(balance.balance)) "
            + "(debit \(MoneyText.text(balance.debits)), credit \(MoneyText.text(balance.credits)))"
    }
}
