import Ticketing

/// What a row of `hold_batch` needs of an item, whoever chose its seats.
protocol HoldAsking {
    /// The id that the hold gets if it is made.
    var holdID: HoldID { get }
    var customerID: CustomerID { get }
    var idempotencyKey: String { get }
    var fingerprint: [UInt8] { get }
    var requestID: String { get }
    /// Ascending and distinct; none where none were found that fit.
    var seatIndexes: [SeatIndex] { get }
    /// How many seats the customer wished for.
    var quantity: Int { get }
}

extension HoldAsking {
    /// By which key of which customer.
    var key: DoorItemKey {
        DoorItemKey(customerID: customerID, key: idempotencyKey, fingerprint: fingerprint)
    }
}

extension HoldItem: HoldAsking {
    var quantity: Int { seatIndexes.count }
}
