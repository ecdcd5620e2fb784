public import Postgres
public import Ticketing

/// Settles refunds by what the provider said, or an operator found, by the seats' door: transfers, tickets, seats,
/// orders and messages at once.
public enum RefundSettleBatch: DoorBatch {
    /// One observation.
    public struct Item: Sendable {
        /// Which refund.
        public let refundID: RefundID
        /// By which key the provider was asked.
        public let key: RefundID
        /// What it said, or an operator found.
        public let observation: RefundObservation

        /// An observation.
        public init(refundID: RefundID, key: RefundID, observation: RefundObservation) {
            self.refundID = refundID
            self.key = key
            self.observation = observation
        }

        /// What an operator found of a refund, by whatever key the provider was asked.
        public init(refundID: RefundID, found observation: RefundObservation) {
            self.init(refundID: refundID, key: refundID, observation: observation)
        }
    }

    public static let name = "refund_settle"
    public static let statement = StatementLibrary.statement("refund_settle_batch")
    public static let unknownPerformance = RefundSettlement.notFound

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.refundID),
            items.map(\.key),
            items.map(\.observation.word),
            items.map(\.observation.text),
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> RefundSettlement {
        try row.word(at: DoorColumn.outcome)
    }

    /// No two items of a batch share a refund: the same observation is asked once, another waits for the next batch.
    public static func key(of item: Item) -> DoorItemKey? {
        DoorItemKey(
            customerID: CustomerID(high: item.refundID.high, low: item.refundID.low), key: "refund",
            fingerprint: Array("\(item.key) \(item.observation.word)".utf8))
    }
}
