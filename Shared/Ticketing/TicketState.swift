/// The life of a ticket.
public enum TicketState: String, Codable, Sendable, CaseIterable {
    /// Good for one entry.
    case valid
    /// Its bearer is inside.
    case checkedIn = "checked_in"
    /// Its money is on its way back: it opens no gate, and its seat is not free yet.
    case refunding
    /// Its money went back.
    case refunded
    /// Taken out of use.
    case void
}
