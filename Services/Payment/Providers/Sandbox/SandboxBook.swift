import LedgerStore
import Ticketing

/// The sandbox's book.
struct SandboxBook: ProviderBook {
    /// Lines read at once.
    static let pageItems = 10_000

    let name = ProviderName.sandbox.rawValue
    let store: SandboxBookStore

    func read(since start: Timestamp, _ take: (ProviderBookLine) -> Void) async throws {
        var last = PaymentID(high: 0, low: 0)
        while true {
            let lines = try await store.lines(after: last, limit: Self.pageItems)
            for line in lines {
                take(
                    ProviderBookLine(
                        paymentID: line.paymentID, currency: line.amount.currency,
                        chargedMinor: line.state == .succeeded ? line.amount.amountMinor : 0,
                        refundedMinor: line.refundedMinor))
            }
            guard lines.count == Self.pageItems, let next = lines.last?.paymentID else { return }
            last = next
        }
    }
}
