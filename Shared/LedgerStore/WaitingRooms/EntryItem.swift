public import Ticketing

/// One customer's wish to enter, or question for a place.
public struct EntryItem: Sendable, Hashable {
    public let customerID: CustomerID
    /// Which turn is asked for: the first, the next behind one that is over, or 0 for the last that there is.
    public let turn: Int32

    public init(customerID: CustomerID, turn: Int32) {
        self.customerID = customerID
        self.turn = turn
    }
}
