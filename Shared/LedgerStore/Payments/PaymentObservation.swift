/// What the provider was seen to say of a payment.
public enum PaymentObservation: Hashable, Sendable {
    /// The money was taken.
    case succeeded(reference: String?)
    /// The money was refused, for a reason in the provider's words.
    case declined(code: String)
    /// The buyer has to act at an address first.
    case requiresAction(url: String, reference: String? = nil)
    /// It gave no answer that tells.
    case unknown
    /// It was ended before anything was taken, and can't be begun any more.
    case cancelled

    var word: String {
        switch self {
        case .succeeded: "succeeded"
        case .declined: "declined"
        case .requiresAction: "requires_action"
        case .unknown: "unknown"
        case .cancelled: "cancelled"
        }
    }

    var reference: String? {
        switch self {
        case .succeeded(let reference), .requiresAction(_, let reference): reference
        case .declined, .unknown, .cancelled: nil
        }
    }

    var declineCode: String? {
        if case .declined(let code) = self { return code }
        return nil
    }

    var nextAction: String? {
        if case .requiresAction(let url, _) = self { return url }
        return nil
    }
}
