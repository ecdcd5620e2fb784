/// Why money goes back.
public enum RefundReason: String, Codable, Sendable, CaseIterable {
    /// It came too late for its seats.
    case latePayment = "late_payment"
    /// Its customer wanted it.
    case customer
    /// The organizer wanted it.
    case organizer
    /// An operator wanted it.
    case `operator`
    /// The performance does not take place.
    case performanceCancelled = "performance_cancelled"
}
