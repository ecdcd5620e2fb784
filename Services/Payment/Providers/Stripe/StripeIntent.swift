/// A PaymentIntent, as far as it matters here.
struct StripeIntent: Decodable, Hashable, Sendable {
    /// Where it is in its life. A state that we don't know is not decided.
    enum State: String, Decodable, Hashable, Sendable {
        case requiresPaymentMethod = "requires_payment_method"
        case requiresConfirmation = "requires_confirmation"
        case requiresAction = "requires_action"
        case processing
        case requiresCapture = "requires_capture"
        case canceled
        case succeeded
    }

    struct NextAction: Decodable, Hashable, Sendable {
        struct Redirect: Decodable, Hashable, Sendable {
            let url: String?
        }

        let redirectToUrl: Redirect?
    }

    struct PaymentError: Decodable, Hashable, Sendable {
        let code: String?
        let declineCode: String?

        /// The bank's own reason, where it gave one.
        var reason: String { declineCode ?? code ?? "declined" }
    }

    let id: String
    let status: String
    let nextAction: NextAction?
    let lastPaymentError: PaymentError?

    /// What it says of our payment.
    var meaning: ProviderStatus {
        switch State(rawValue: status) {
        case .requiresPaymentMethod:
            // Without an error it was made, and nobody confirmed it.
            lastPaymentError.map { .declined(code: $0.reason) } ?? .notKnown
        case .requiresConfirmation: .notKnown
        case .requiresAction:
            // Without an address only Stripe's own script could go on; the freeze ends it.
            nextAction?.redirectToUrl?.url.map { .requiresAction(url: $0, reference: id) } ?? .processing
        case .succeeded: .succeeded(reference: id)
        case .canceled: .cancelled
        case .processing, .requiresCapture, nil: .processing
        }
    }
}
