public import Ticketing

/// A customer's place on a performance's waiting list.
public struct WaitingListEntryResource: Codable, Hashable, Sendable {
    /// The place's id.
    public var entryId: WaitingListEntryID
    /// Where the customer stands.
    public var state: WaitingListState
    /// Of which price level; absent for any.
    public var priceLevelId: String?
    /// How many seats.
    public var quantity: Int
    /// Since when.
    public var joinedAt: Timestamp
    /// How many came before and wait still, ten thousand at most; absent unless the customer waits.
    public var ahead: Int?
    /// The seats that were offered: a hold like any other.
    public var holdId: HoldID?
    /// Until when they are the customer's.
    public var offerExpiresAt: Timestamp?

    /// All members.
    public init(
        entryId: WaitingListEntryID,
        state: WaitingListState,
        priceLevelId: String?,
        quantity: Int,
        joinedAt: Timestamp,
        ahead: Int?,
        holdId: HoldID?,
        offerExpiresAt: Timestamp?
    ) {
        self.entryId = entryId
        self.state = state
        self.priceLevelId = priceLevelId
        self.quantity = quantity
        self.joinedAt = joinedAt
        self.ahead = ahead
        self.holdId = holdId
        self.offerExpiresAt = offerExpiresAt
    }
}
