/// How Toss Payments is reached; each value with its default beside it.
struct TossSettings: Sendable {
    /// The API, without a slash at its end.
    var apiURL = "https://api.tosspayments.com"
    /// Secret keys: one, or two while one takes the other's place.
    var secretKeys: [String]
    /// The words that our webhook's address carries as `?token=`: Toss does not sign messages about payments. The same.
    var webhookTokens: [String]
    /// Where the buyer comes back from Toss's window: the payment's id and `/return` are appended.
    var returnURL: String
    /// What the buyer reads in Toss's window.
    var orderName = "Tickets"
}
