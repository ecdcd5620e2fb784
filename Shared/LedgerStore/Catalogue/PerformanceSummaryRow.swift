import Postgres
import Ticketing
import Wire

/// One row of performances_of_events.
struct PerformanceSummaryRow: Sendable {
    let eventID: EventID
    let resource: PerformanceSummaryResource
    /// The cheapest price level's price.
    let priceFrom: Money?

    init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency: String = try row.decode(at: 7)
        let onSaleAt: Timestamp = try row.decode(at: 3)
        let stored = try row.word(StoredSaleState.self, at: 5)
        eventID = try row.decode(at: 0)
        resource = PerformanceSummaryResource(
            performanceId: try row.decode(at: 1), startsAt: try row.decode(at: 2), onSaleAt: onSaleAt,
            saleState: stored.visible(
                onSaleAt: onSaleAt, saleEndsAt: try row.decode(at: 4), unsoldCount: try row.decode(at: 6),
                at: try row.decode(at: 9)))
        priceFrom = try row.decode(Int64?.self, at: 8).map { Money(amountMinor: $0, currency: currency) }
    }
}
