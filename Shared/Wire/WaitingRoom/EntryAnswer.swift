/// What became of a wish to enter, or of a question for a place.
public enum EntryAnswer: Codable, Hashable, Sendable {
    /// The place was made now.
    case entered(EntryStanding)
    /// The customer has had it since earlier.
    case known(EntryStanding)
    /// The customer has none.
    case noPlace
    /// The performance has no waiting room, or none that is on.
    case noRoom
    /// The sale is over for good.
    case saleEnded
    /// The room has as many entries as it may have.
    case full
}
