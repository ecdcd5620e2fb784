/// What a provider says of a payment.
enum ProviderStatus: Hashable, Sendable {
    /// It never heard of it, or was never told to take the money.
    case notKnown
    /// It has not decided yet.
    case processing
    /// The buyer has to act at an address.
    case requiresAction(url: String, reference: String?)
    /// The buyer agreed, and the money is taken as soon as we say so.
    case authorized
    /// It took the money.
    case succeeded(reference: String?)
    /// It refused, for a reason in its own words.
    case declined(code: String)
    /// It was ended before it took anything.
    case cancelled
}
