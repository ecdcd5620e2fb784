/// Where a customer's place in a waiting room is in its life.
public enum EntryState: String, Codable, Sendable, CaseIterable {
    /// Its rank is not known yet.
    case gathering
    /// It has a position in the line.
    case waiting
    /// Its turn has come, for a bounded time.
    case admitted
    /// Its turn is over; the customer may enter again.
    case expired
}
