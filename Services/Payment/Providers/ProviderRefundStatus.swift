/// What a provider says of a refund.
enum ProviderRefundStatus: Hashable, Sendable {
    /// The money went back.
    case made
    /// It will not give it back: a person has to look.
    case refused
}
