/// What an account may do.
public enum CustomerRole: String, Codable, Sendable, CaseIterable {
    /// Buys.
    case customer
    /// Sells its own events, and buys.
    case organizer
    /// Everything.
    case admin
}
