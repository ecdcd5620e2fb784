import Ticketing

/// Toss's list of transactions; orders that are none of our payments are somebody else's business.
struct TossTransactionBook: ProviderBook {
    let name = ProviderName.toss.rawValue
    private let api: TossAPI

    init(client: ProviderClient, settings: TossSettings) {
        api = TossAPI(client: client, settings: settings)
    }

    func read(since start: Timestamp, _ take: (ProviderBookLine) -> Void) async throws {
        let end = Timestamp.now.advanced(bySeconds: 86_400)
        var last: String?
        while true {
            let page = try await api.transactions(from: start, to: end, after: last)
            for line in page {
                guard let payment = PaymentID(line.orderId) else { continue }
                take(
                    ProviderBookLine(
                        paymentID: payment, currency: line.currency ?? "KRW", chargedMinor: line.chargedMinor,
                        refundedMinor: line.refundedMinor))
            }
            guard page.count == TossAPI.transactionsPageItems, let next = page.last?.transactionKey else { return }
            last = next
        }
    }
}
