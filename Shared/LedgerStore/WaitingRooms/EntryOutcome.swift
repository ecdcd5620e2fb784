public import Wire

/// What became of a wish to enter.
public enum EntryOutcome: Sendable, Hashable {
    /// The place was made now.
    case entered(EntryStanding)
    /// The customer has had it since earlier.
    case known(EntryStanding)
    case noPlace
    case noRoom
    case saleEnded
    case full
}
