/// A PaymentMethod, as far as it matters here.
struct StripePaymentMethod: Decodable, Hashable, Sendable {
    struct Card: Decodable, Hashable, Sendable {
        /// The same for each PaymentMethod of one card number.
        let fingerprint: String?
    }

    let id: String
    let card: Card?
}
