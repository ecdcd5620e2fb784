public import Postgres
public import Ticketing

/// Goes on with a cancelled performance by a step, by the seats' door: holds are given back and customers told, then the
/// refunds of the next tickets written; each once, however often it is asked.
public enum CancellationPlanBatch: DoorBatch {
    /// How many tickets' refunds are written at most, save for the rest of the last one's order.
    public typealias Item = Int

    /// How far it came.
    public enum Outcome: Hashable, Sendable {
        /// So many refunds were written, none as long as holds are given back and customers told; more may be left.
        case planned(refunds: Int)
        /// Nothing is left.
        case complete
        /// The performance is not cancelled.
        case notCancelled
    }

    public static let name = "cancellation_plan"
    public static let statement = StatementLibrary.statement("cancellation_plan_batch")
    public static let unknownPerformance = Outcome.notCancelled

    public static func values(for items: [Int], in performance: PerformanceID) -> [any PostgresEncodable] {
        [performance, Int32(items[0])]
    }

    public static func outcome(
        of row: PostgresRow, for item: Int, in performance: PerformanceID
    ) throws(PostgresFailure) -> Outcome {
        let word = try row.decode(String.self, at: DoorColumn.outcome)
        switch word {
        case "planned": return .planned(refunds: Int(try row.decode(Int32.self, at: DoorColumn.own)))
        case "complete": return .complete
        case "not_cancelled": return .notCancelled
        default: throw .unexpectedValue("the word \(word) for CancellationPlanBatch")
        }
    }

    /// Whoever asks at the same time gets the same answer: a batch has one item.
    public static func key(of item: Int) -> DoorItemKey? {
        DoorItemKey(customerID: CustomerID(high: 0, low: 0), key: "plan", fingerprint: [])
    }
}
