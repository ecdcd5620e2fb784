/// The life of a refund.
public enum RefundState: String, Codable, Sendable, CaseIterable {
    /// Decided on, and on its way at the provider. → made, refused
    case pending
    /// The money went back. → refused, when it came back to the provider
    case made
    /// The provider will not give it back: a person has to look. → pending, when it is tried again; made, when it went
    /// back by hand
    case refused
}
