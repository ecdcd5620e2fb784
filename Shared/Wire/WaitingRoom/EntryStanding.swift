public import Ticketing

/// A customer's durable place in a waiting room.
public struct EntryStanding: Codable, Hashable, Sendable {
    /// The place's id.
    public var entryId: EntryID
    /// Which of the performance's entries it is, from 1, in the order in which they were written.
    public var number: Int64
    /// How often the customer has entered: a new turn begins where the last one is over.
    public var turn: Int
    /// When it was written, by the ledger's clock.
    public var enteredAt: Timestamp

    /// All members.
    public init(entryId: EntryID, number: Int64, turn: Int, enteredAt: Timestamp) {
        self.entryId = entryId
        self.number = number
        self.turn = turn
        self.enteredAt = enteredAt
    }
}
