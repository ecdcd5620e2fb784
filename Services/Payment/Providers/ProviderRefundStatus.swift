/// What a provider says of a refund.
enum ProviderRefundStatus: Hashable, Sendable {
    /// It never heard of it.
    case notKnown
    /// It has not decided yet.
    case pending
    /// The money went back.
    case made
    /// It will not give it back, for a reason in its own words: a person has to look.
    case refused(code: String)
}
