import ArgumentParser
import LedgerStore
import Ticketing

/// Has refused refunds tried again.
struct RefundsRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Have refused refunds tried again, each by a new key: one, or all.")

    @Argument(help: "The refund's id; without it --all is needed.")
    var refund: String?

    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        guard (refund == nil) == all else { throw ValidationError("Give a refund's id, or --all.") }
        if let refund, RefundID(refund) == nil { throw ValidationError("That is no refund's id.") }
    }

    func run() async throws {
        let id = refund.flatMap { RefundID($0) }
        let count = try await LedgerJob.run(name: "refunds") { try await RefundsStore(pool: $0).retry(id) }
        print("\(count) tried again")
        if count == 0, id != nil { throw ExitCode(1) }
    }
}
