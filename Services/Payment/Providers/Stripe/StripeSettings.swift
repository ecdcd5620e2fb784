import Wire

/// How Stripe is reached; each value with its default beside it.
struct StripeSettings: Sendable {
    /// The API, without a slash at its end.
    var apiURL = "https://api.stripe.com"
    /// Secret keys: one, or two while one takes the other's place.
    var secretKeys: [String]
    /// The secrets that sign webhooks: the same.
    var webhookSecrets: [String]
    /// The key of the page; no secret.
    var publishableKey: String
    /// Stripe's script for the page.
    var scriptURL = "https://js.stripe.com/v3/"
    /// Where the buyer comes back from the bank's page: the payment's id and `/return` are appended. Nil only where
    /// nobody is ever sent to a bank.
    var returnURL: String?
    /// How far a webhook's time may lie from ours, in seconds.
    var toleranceSeconds: Int64 = 300
    /// Refunds of one payment that are read at most.
    var refundsMax = 1_000
    /// Whom its card form has to reach.
    var sources = PaymentFormSources(
        script: ["https://js.stripe.com", "https://*.js.stripe.com"],
        frame: ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
        connect: ["https://api.stripe.com"])
}
