public import Postgres
public import Ticketing

/// Shares out what became free while somebody waited: under the lock it is looked what there is and who waits, chosen
/// who gets what, and written by `waiting_list_offer_batch` of migration 20. What nobody wants is free for all.
public enum WaitingListBatch: DoorBatch {
    /// One wish to share, by whoever knows the chart.
    public struct Item: Sendable {
        /// Neighbours for a wish among seats that are left; nil where there are none. It may be called on any thread.
        public let choose: @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?
        var offers: [WaitingListShares.Offer] = []
        var decidedAt: Timestamp?

        public init(choose: @escaping @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?) {
            self.choose = choose
        }
    }

    /// How many offers were made.
    public typealias Outcome = Int

    /// Of those who wait, so many are looked at in one reading; the next ones while seats are left.
    static let pageSize = 128
    /// Readings in one batch, while others wait for the performance. Whoever waits behind so many who can take nothing
    /// has to wait for one of them.
    static let pagesMax = 16

    private static let look = StatementLibrary.statement("waiting_list_look")
    private static let candidates = StatementLibrary.statement("waiting_list_candidates")
    private static let seatsLeft = StatementLibrary.statement("waiting_list_seats_left")

    public static let name = "waiting_list"
    public static let statement = StatementLibrary.statement("waiting_list_offer_batch")
    public static let unknownPerformance = 0
    public static let isPrepared = true

    /// Whoever asks at the same time gets the same answer: a batch has one item.
    public static func key(of item: Item) -> DoorItemKey? {
        DoorItemKey(customerID: CustomerID(high: 0, low: 0), key: "share", fingerprint: [])
    }

    public nonisolated(nonsending) static func prepared(
        _ items: [Item], in performance: PerformanceID, by transaction: PostgresTransaction
    ) async throws -> [Item] {
        guard var item = items.first, let row = try await transaction.execute(look, [performance]).first else {
            return items
        }
        let now: Timestamp = try row.decode(at: 0)
        let seats: [SeatIndex] = try row.decode([SeatIndex]?.self, at: 1) ?? []
        let levels: [Int32] = try row.decode([Int32]?.self, at: 2) ?? []
        item.decidedAt = now
        var shares = WaitingListShares(seats: seats, choose: item.choose)
        var position: Int64 = 0
        for _ in 0..<pagesMax where !shares.left.isEmpty {
            var wishes: [WaitingWish] = []
            let most = Int32(shares.left.count)
            for row in try await transaction.execute(candidates, [performance, position, most, levels, pageSize]) {
                wishes.append(
                    WaitingWish(
                        entryID: try row.decode(at: 0), priceLevel: try row.decode(Int?.self, at: 1),
                        quantity: try row.decode(at: 2)))
                position = try row.decode(at: 3)
            }
            if wishes.isEmpty { break }
            var left: [WaitingListEntryID: Int] = [:]
            for row in try await transaction.execute(seatsLeft, [performance, now, wishes.map(\.entryID)]) {
                left[try row.decode(at: 0)] = try row.decode(Int?.self, at: 1)
            }
            shares = await shared(shares, among: wishes, seatsLeft: left)
            if wishes.count < pageSize { break }
        }
        item.offers = shares.offers
        return [item]
    }

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        let offers = items[0].offers
        var starts: [Int32] = [1]
        for offer in offers { starts.append(starts[starts.count - 1] + Int32(offer.seats.count)) }
        let now = items[0].decidedAt
        return [
            performance, now, offers.map { _ in HoldID(at: now ?? .now) }, offers.map(\.entryID),
            offers.flatMap(\.seats), starts,
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Int
    {
        try row.decode(at: DoorColumn.own)
    }

    /// Off the loop that the batch belongs to: hundreds may wait.
    @concurrent private static func shared(
        _ shares: WaitingListShares, among wishes: [WaitingWish], seatsLeft: [WaitingListEntryID: Int]
    ) async -> WaitingListShares {
        var shares = shares
        shares.share(among: wishes, seatsLeft: seatsLeft)
        return shares
    }
}
