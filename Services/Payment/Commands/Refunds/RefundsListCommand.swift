import ArgumentParser
import LedgerStore
import Ticketing
import Wire

/// Lists the refunds that were refused.
struct RefundsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the refused refunds, a line each: exit code 0 when there is none, else 1.")

    private static let pageItems = 1_000

    @Flag(help: "Print them as JSON, an object a line.")
    var json = false

    func run() async throws {
        let (count, pending) = try await LedgerJob.run(name: "refunds") { [json] pool in
            let store = RefundsStore(pool: pool)
            var place: (refusedAt: Timestamp, refundID: RefundID)?
            var count = 0
            while true {
                let page = try await store.refused(after: place, limit: Self.pageItems)
                for refund in page {
                    count += 1
                    print(json ? String(decoding: try WireJSON.encode(refund), as: UTF8.self) : Self.line(refund))
                }
                guard page.count == Self.pageItems, let last = page.last else { break }
                place = (last.refusedAt, last.refundId)
            }
            return (count, try await store.counts().pending)
        }
        if !json {
            let advice = count == 0 ? "" : ": payment refunds retry REFUND, or settle REFUND"
            print("\(count) refused, \(pending) on their way" + advice)
        }
        throw ExitCode(count == 0 ? 0 : 1)
    }

    private static func line(_ refund: RefusedRefund) -> String {
        "\(refund.refundId)  \(MoneyText.text(refund.amount))  order \(refund.orderId)  \(refund.reason.rawValue)  "
            + "refused by \(refund.provider) since \(refund.refusedAt): \(refund.refusalCode ?? "nobody knows why")"
    }
}
