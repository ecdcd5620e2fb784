/// How a consumer is told.
public enum MessageMeans: String, Sendable, CaseIterable {
    /// The customer, by e-mail.
    case mail
    /// An organizer, at an address of its own.
    case webhook
    /// Our own sales figures.
    case figures
}
