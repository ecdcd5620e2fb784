public import Postgres
public import Ticketing

/// Holds of named seats of one performance: `hold_batch` of migration 20.
public enum HoldBatch: DoorBatch {
    public static let name = "hold"
    public static let statement = HoldRows.statement
    public static let unknownPerformance = HoldOutcome.unknownPerformance

    public static func key(of item: HoldItem) -> DoorItemKey? { item.key }

    public static func repeated(_ outcome: HoldOutcome) -> HoldOutcome { outcome.repeated }

    public static func values(for items: [HoldItem], in performance: PerformanceID) -> [any PostgresEncodable] {
        HoldRows.values(for: items, in: performance)
    }

    public static func outcome(
        of row: PostgresRow, for item: HoldItem, in performance: PerformanceID
    )
        throws(PostgresFailure) -> HoldOutcome
    {
        try HoldRows.outcome(of: row, for: item, in: performance)
    }

    public static func outcome(ofConstraint constraint: String, for item: HoldItem) -> HoldOutcome? {
        HoldRows.outcome(ofConstraint: constraint)
    }
}
