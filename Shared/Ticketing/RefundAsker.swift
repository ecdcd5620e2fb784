/// Who asks for a refund, or for a performance's end.
public enum RefundAsker: String, Codable, Sendable, CaseIterable {
    /// Whoever bought the tickets, as far as the performance's rule allows.
    case customer
    /// Whoever sells the performance.
    case organizer
    /// Somebody who may do everything.
    case `operator`
}
