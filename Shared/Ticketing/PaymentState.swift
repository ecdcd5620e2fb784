/// The life of one attempt at paying an order.
public enum PaymentState: String, Codable, Sendable, CaseIterable {
    /// Written down before the provider is asked. → every other
    case pending
    /// The provider was asked and gave no answer that tells. → requiresAction, succeeded, declined, cancelled, refunding
    case unknown
    /// The buyer has to do something at the provider first. → succeeded, declined, cancelled, refunding, unknown
    case requiresAction = "requires_action"
    /// Charged, and the seats are sold to it. → refunded
    case succeeded
    /// Refused by the provider. The end.
    case declined
    /// Ended at the provider before anything was charged. The end.
    case cancelled
    /// Charged too late for its seats: the money is on its way back. → refunded
    case refunding
    /// Charged, and given back whole. The end.
    case refunded

    /// Whether its outcome is still open: an order has at most one such payment.
    public var isUnsettled: Bool {
        switch self {
        case .pending, .unknown, .requiresAction: true
        case .succeeded, .declined, .cancelled, .refunding, .refunded: false
        }
    }
}
