public import Ticketing
public import Wire

/// What the ledger decided about a bearer at the gate.
public enum CheckInDecision: Hashable, Sendable {
    /// Let in.
    case checkedIn(CheckInResource)
    /// Let in before, then.
    case alreadyCheckedIn(at: Timestamp)
    /// Refunded, or taken out of use.
    case ticketNotValid
    /// No such ticket of this organizer's.
    case notFound
    /// The same request was answered before.
    case replayed(Answer)
    /// The key is being worked on.
    case inUse
    /// The key was used for another request.
    case keyReused
}
