/// Whether a performance can be bought, as people see it.
public enum SaleState: String, Codable, Sendable, CaseIterable {
    /// Before the opening.
    case upcoming
    /// Seats can be held.
    case onSale = "on_sale"
    /// Halted by the organizer; what is held can be paid.
    case paused
    /// No seat is free.
    case soldOut = "sold_out"
    /// After the closing.
    case ended
    /// It does not take place.
    case cancelled
}
