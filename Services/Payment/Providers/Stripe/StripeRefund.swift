/// A refund of Stripe's, as far as it matters here.
struct StripeRefund: Decodable, Hashable, Sendable {
    let id: String
    let status: String?
    let failureReason: String?
    let metadata: [String: String]?

    /// What it says of our refund. A state that we don't know is not decided.
    var meaning: ProviderRefundStatus {
        switch status {
        case "succeeded": .made
        case "failed", "canceled": .refused(code: failureReason ?? status ?? "failed")
        default: .pending
        }
    }
}
