/// Where somebody stands who waits for seats to come back.
public enum WaitingListState: String, Codable, Sendable, CaseIterable {
    /// Nothing was offered yet.
    case waiting
    /// Seats are held for the customer, for a bounded time.
    case offered
    /// The offer was bought.
    case taken
    /// The offer's time passed, or it was given back.
    case lapsed
    /// The customer does not wait any more.
    case left
}
