public import Ticketing

/// The id and the code that a ticket gets if it is issued.
public struct TicketStub: Hashable, Sendable {
    /// The ticket's id.
    public let id: TicketID
    /// What the gate reads; unguessable.
    public let code: String

    /// An id and a code.
    public init(id: TicketID, code: String) {
        self.id = id
        self.code = code
    }
}
