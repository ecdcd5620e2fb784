public import Ticketing

/// What somebody on a waiting list waits for.
public struct WaitingWish: Sendable, Hashable {
    /// Whose place.
    public let entryID: WaitingListEntryID
    /// Number of the price level; nil for any.
    public let priceLevel: Int?
    /// How many seats, side by side.
    public let quantity: Int

    public init(entryID: WaitingListEntryID, priceLevel: Int?, quantity: Int) {
        self.entryID = entryID
        self.priceLevel = priceLevel
        self.quantity = quantity
    }
}
