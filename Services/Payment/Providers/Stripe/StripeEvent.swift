import Ticketing

/// The body of a webhook, as far as it matters here.
struct StripeEvent: Decodable, Hashable, Sendable {
    struct Payload: Decodable, Hashable, Sendable {
        let object: Subject
    }

    /// A PaymentIntent, charge or refund: each carries our metadata.
    struct Subject: Decodable, Hashable, Sendable {
        let metadata: [String: String]?
    }

    let type: String
    let data: Payload

    /// Nil for what tells nothing new of a payment of ours: an intent that was only made is on its way.
    var notice: ProviderNotice? {
        guard Self.telling.contains(type),
            let payment = data.object.metadata?[StripeAPI.paymentField].flatMap({ PaymentID($0) })
        else { return nil }
        return ProviderNotice(paymentID: payment, event: type)
    }

    private static let telling: Set<String> = [
        "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
        "payment_intent.processing", "payment_intent.requires_action",
        "charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed",
    ]
}
