public import Postgres
public import Ticketing

/// Holds of one performance that their customers give back: `release_batch` of migration 2.
public enum ReleaseBatch: DoorBatch {
    /// Which hold, and who asks.
    public struct Item: Sendable, Hashable {
        public let holdID: HoldID
        public let customerID: CustomerID

        public init(holdID: HoldID, customerID: CustomerID) {
            self.holdID = holdID
            self.customerID = customerID
        }
    }

    /// What became of it.
    public enum Outcome: String, Sendable, Hashable {
        /// The customer has the seats no longer, also when that was so before.
        case released
        /// A payment froze the hold.
        case paymentInProgress = "payment_in_progress"
        /// Its seats are sold.
        case completed
        /// No such hold of this customer in this performance.
        case notFound = "not_found"
    }

    public static let name = "release"
    public static let statement = StatementLibrary.statement("release_batch")
    public static let unknownPerformance = Outcome.notFound

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [performance, items.map(\.holdID), items.map(\.customerID)]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Outcome
    {
        try row.word(at: DoorColumn.outcome)
    }
}
