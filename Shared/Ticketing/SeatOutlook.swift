/// Whether there will be seats when a customer's turn comes, as far as can be told now.
public enum SeatOutlook: String, Codable, Sendable, CaseIterable {
    /// There should be.
    case likely
    /// It will be close.
    case uncertain
    /// Those ahead will probably take all.
    case unlikely
    /// No seat is free.
    case soldOut = "sold_out"
}
