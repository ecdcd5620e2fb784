/// What a provider says of a payment.
enum ProviderStatus: Hashable, Sendable {
    /// It never heard of it.
    case notKnown
    /// It has not decided yet.
    case processing
    /// The buyer has to act at an address.
    case requiresAction(url: String)
    /// It took the money.
    case succeeded(reference: String?)
    /// It refused, for a reason in its own words.
    case declined(code: String)
    /// It was ended before it took anything.
    case cancelled
}
