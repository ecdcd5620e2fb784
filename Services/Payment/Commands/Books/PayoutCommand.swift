import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// Records that an organizer was sent money.
struct PayoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payout",
        abstract: "Record that an organizer was sent money: never more than is owed, and once for each reference.")

    @Option(help: "The organizer's e-mail address.")
    var organizer: String

    @Option(help: "How much, in minor units.")
    var amount: Int64

    @Option(help: "The ISO 4217 code.")
    var currency = "KRW"

    @Option(help: "The bank's name of the transfer.")
    var reference: String

    func validate() throws {
        guard amount > 0 else { throw ValidationError("--amount has to be more than nothing.") }
        guard Money.isCurrency(currency) else { throw ValidationError("--currency takes three capital letters.") }
        guard (1...200).contains(reference.unicodeScalars.count) else {
            throw ValidationError("--reference takes 1 to 200 characters.")
        }
    }

    func run() async throws {
        let money = Money(amountMinor: amount, currency: currency)
        let decision = try await LedgerJob.run(name: "payout") { [organizer, reference] pool in
            let account = try await CustomerStore(pool: pool).credentials(email: organizer.lowercased())?.customer
            guard let account, account.role != .customer else {
                throw ValidationError("There is no organizer with the address \(organizer).")
            }
            return try await BooksStore(pool: pool).payOut(
                money, to: account.customerId, reference: reference, as: PayoutID(at: .now))
        }
        switch decision {
        case .paidOut(let id, let payable):
            print("payout \(id) recorded: \(MoneyText.text(money)); \(MoneyText.text(payable)) still owed")
        case .repeated(let id, let payable):
            print("payout \(id) was recorded before; \(MoneyText.text(payable)) still owed")
        case .referenceUsed(let id):
            print("the reference belongs to payout \(id) of another amount; nothing was recorded")
            throw ExitCode(1)
        case .moreThanPayable(let payable):
            print("only \(MoneyText.text(payable)) is owed; nothing was recorded")
            throw ExitCode(1)
        }
    }
}
