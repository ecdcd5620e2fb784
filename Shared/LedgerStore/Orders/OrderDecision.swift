public import Ticketing
public import Wire

/// What the ledger decided about a wish for an order.
public enum OrderDecision: Hashable, Sendable {
    /// The order stands.
    case created(OrderReading)
    /// The same request was answered before.
    case replayed(Answer)
    /// The key is being worked on.
    case inUse
    /// The key was used for another request.
    case keyReused
    /// A hold is not the customer's, or does not exist.
    case notFound
    /// The holds are not all of one performance.
    case otherPerformance
    /// A hold is in a live order already.
    case orderExists(OrderID)
    /// A hold was given back.
    case holdReleased
    /// A hold's deadline has passed.
    case holdExpired

    /// Whether the answer is stored with the key.
    var isAnswerStored: Bool {
        switch self {
        case .created, .notFound, .otherPerformance, .orderExists, .holdReleased, .holdExpired: true
        case .replayed, .inUse, .keyReused: false
        }
    }
}
