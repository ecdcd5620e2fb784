import Ticketing

/// The body of a webhook, as far as it matters here: the payment is in it, but it is asked for all the same.
struct TossEvent: Decodable, Hashable, Sendable {
    struct Payment: Decodable, Hashable, Sendable {
        let orderId: String?
    }

    let eventType: String
    let data: Payment

    /// Nil for what tells nothing of a payment of ours.
    var notice: ProviderNotice? {
        guard eventType == "PAYMENT_STATUS_CHANGED", let payment = data.orderId.flatMap({ PaymentID($0) }) else {
            return nil
        }
        return ProviderNotice(paymentID: payment, event: eventType)
    }
}
