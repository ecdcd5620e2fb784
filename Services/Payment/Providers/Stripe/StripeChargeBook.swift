import Ticketing

/// Stripe's list of charges; those without an id of ours are somebody else's business.
struct StripeChargeBook: ProviderBook {
    let name = ProviderName.stripe.rawValue
    private let api: StripeAPI

    init(client: ProviderClient, settings: StripeSettings) {
        api = StripeAPI(client: client, settings: settings)
    }

    func read(since start: Timestamp, _ take: (ProviderBookLine) -> Void) async throws {
        var last: String?
        while true {
            let page = try await api.charges(since: start, after: last)
            for charge in page.data where charge.paid {
                guard let payment = charge.metadata?[StripeAPI.paymentField].flatMap({ PaymentID($0) }) else {
                    continue
                }
                take(
                    ProviderBookLine(
                        paymentID: payment, currency: charge.currency.uppercased(), chargedMinor: charge.amountCaptured,
                        refundedMinor: charge.amountRefunded))
            }
            guard page.hasMore == true, let next = page.data.last?.id else { return }
            last = next
        }
    }
}
