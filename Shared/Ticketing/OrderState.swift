/// The life of an order.
public enum OrderState: String, Codable, Sendable, CaseIterable {
    /// Waiting for a payment. → paid, expired, cancelled
    case pending
    /// Paid whole; its tickets are issued. → partlyRefunded, refunded
    case paid
    /// Its holds lapsed before it was paid. The end, save for money that came late: → paid, refunded.
    case expired
    /// Given up before it was paid. The end.
    case cancelled
    /// Some of its tickets were refunded. → refunded
    case partlyRefunded = "partly_refunded"
    /// All its money went back. The end.
    case refunded

    /// Whether the rules let an order in this state become the other.
    public func mayBecome(_ next: OrderState) -> Bool {
        switch (self, next) {
        case (.pending, .paid), (.pending, .expired), (.pending, .cancelled): true
        case (.paid, .partlyRefunded), (.paid, .refunded): true
        case (.partlyRefunded, .refunded), (.partlyRefunded, .partlyRefunded): true
        case (.expired, .paid), (.expired, .refunded): true
        case (.pending, _), (.paid, _), (.expired, _), (.cancelled, _), (.partlyRefunded, _), (.refunded, _): false
        }
    }
}
