/// The `error` of an answer that is a refusal.
struct StripeProblem: Decodable, Hashable, Sendable {
    struct Envelope: Decodable, Hashable, Sendable {
        let error: StripeProblem
    }

    let type: String?
    let code: String?
    let declineCode: String?
    let param: String?
    let paymentIntent: StripeIntent?

    /// Whether the key was used for something else: a fault of ours, of which nothing follows.
    var isKeyMisuse: Bool { type == "idempotency_error" }
    /// The reason in Stripe's words.
    var reason: String { declineCode ?? code ?? type ?? "refused" }
}
