public import Postgres
public import Ticketing
public import Wire

/// Venues, charts, events and performances. What is made here is put up by `CatalogueStore+New.swift`.
public struct CatalogueStore: Sendable {
    /// A page of events, and where the next begins.
    public struct EventPage: Sendable {
        public let items: [EventResource]
        /// Nil after the last page.
        public let next: EventCursor?
    }

    let pool: PostgresPool

    private static let venueByName = StatementLibrary.statement("venue_by_name")
    private static let venueByID = StatementLibrary.statement("venue_by_id")
    private static let chartDocument = StatementLibrary.statement("chart_document")
    private static let seatLabels = StatementLibrary.statement("chart_seat_labels")
    private static let eventsPage = StatementLibrary.statement("events_page")
    private static let eventByID = StatementLibrary.statement("event_by_id")
    private static let performancesOfEvents = StatementLibrary.statement("performances_of_events")
    private static let performanceByID = StatementLibrary.statement("performance_by_id")
    private static let priceLevels = StatementLibrary.statement("price_levels_of_performance")
    private static let performancesOpening = StatementLibrary.statement("performances_opening")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    // MARK: Places

    /// The venue of a name, the oldest if there are several.
    public nonisolated(nonsending) func venue(named name: String) async throws(PostgresFailure) -> VenueResource? {
        guard let row = try await pool.execute(Self.venueByName, [name]).first else { return nil }
        return VenueResource(venueId: try row.decode(at: 0), name: try row.decode(at: 1))
    }

    /// The venue of an id.
    public nonisolated(nonsending) func venue(_ venue: VenueID) async throws(PostgresFailure) -> VenueResource? {
        guard let row = try await pool.execute(Self.venueByID, [venue]).first else { return nil }
        return VenueResource(venueId: try row.decode(at: 0), name: try row.decode(at: 1))
    }

    /// A chart as it is served.
    public nonisolated(nonsending) func chart(
        _ chart: SeatingChartID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> ChartDocument? {
        guard let row = try await pool.execute(Self.chartDocument, [chart], deadline: deadline).first else {
            return nil
        }
        return ChartDocument(document: try row.decode(at: 0), contentHash: try row.decode(at: 1))
    }

    /// What a person reads on the seats.
    public nonisolated(nonsending) func seatLabels(
        of seats: [SeatIndex], in chart: SeatingChartID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [SeatIndex: String] {
        var labels: [SeatIndex: String] = [:]
        for row in try await pool.execute(Self.seatLabels, [chart, seats], deadline: deadline) {
            labels[try row.decode(at: 0)] = try row.decode(at: 1)
        }
        return labels
    }

    // MARK: Occasions

    /// A page of events that have a performance in `from ..< to`, in the order of their first performances. `query` is
    /// looked for in title, venue and description, in either case.
    public nonisolated(nonsending) func events(
        matching query: String = "", from: Timestamp? = nil, to: Timestamp? = nil, after cursor: EventCursor? = nil,
        limit: Int, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> EventPage {
        let cursor = cursor ?? .start
        let values: [any PostgresEncodable] = [
            query, from ?? Timestamp(unixMicroseconds: 0), to ?? Self.endOfTime, cursor.startsAt, cursor.eventID,
            limit + 1,
        ]
        var events: [EventRow] = []
        for row in try await pool.execute(Self.eventsPage, values, deadline: deadline) {
            events.append(try EventRow(row))
        }
        let isLast = events.count <= limit
        events = Array(events.prefix(limit))
        let next = isLast ? nil : events.last.map { EventCursor(startsAt: $0.startsAt, eventID: $0.eventID) }
        return EventPage(items: try await resources(events, deadline), next: next)
    }

    /// One event with its performances.
    public nonisolated(nonsending) func event(
        _ event: EventID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> EventResource? {
        guard let row = try await pool.execute(Self.eventByID, [event], deadline: deadline).first else { return nil }
        return try await resources([try EventRow(row)], deadline).first
    }

    /// One performance with its prices.
    public nonisolated(nonsending) func performance(
        _ performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> PerformanceResource? {
        guard let row = try await pool.execute(Self.performanceByID, [performance], deadline: deadline).first else {
            return nil
        }
        let sale = try PerformanceRow(row)
        let levels = try await priceLevels(of: performance, currency: sale.sale.currency, deadline: deadline)
        var resource = sale.resource(priceLevels: levels)
        let rule = try await FairnessStore(pool: pool).rule(of: performance, deadline: deadline)
        resource.waitingListOfferSeconds = rule?.waitingListOfferSeconds
        return resource
    }

    /// What is needed to sell a performance.
    public nonisolated(nonsending) func sale(
        of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> PerformanceSale? {
        guard let row = try await pool.execute(Self.performanceByID, [performance], deadline: deadline).first else {
            return nil
        }
        return try PerformanceRow(row).sale
    }

    /// Performances on sale since so short a time, or that will be within so short a one, the last to open first.
    public nonisolated(nonsending) func performances(
        openedWithin past: Duration, opensWithin future: Duration, limit: Int, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [PerformanceID] {
        let values: [any PostgresEncodable] = [past / .seconds(1), future / .seconds(1), limit]
        var performances: [PerformanceID] = []
        for row in try await pool.execute(Self.performancesOpening, values, deadline: deadline) {
            performances.append(try row.decode(at: 0))
        }
        return performances
    }

    /// A performance's prices, in the chart's order of levels.
    public nonisolated(nonsending) func priceLevels(
        of performance: PerformanceID, currency: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [PriceLevelResource] {
        var levels: [PriceLevelResource] = []
        for row in try await pool.execute(Self.priceLevels, [performance], deadline: deadline) {
            levels.append(
                PriceLevelResource(
                    priceLevelId: try row.decode(at: 0), name: try row.decode(at: 1), color: try row.decode(at: 2),
                    price: try row.money(at: 3, in: currency), serviceFee: try row.money(at: 4, in: currency)))
        }
        return levels
    }

    // The first of January 3000.
    private static let endOfTime = Timestamp(unixMicroseconds: 32_503_680_000_000_000)

    private nonisolated(nonsending) func resources(
        _ events: [EventRow], _ deadline: ContinuousClock.Instant?
    ) async throws(PostgresFailure) -> [EventResource] {
        if events.isEmpty { return [] }
        let ids = events.map(\.eventID)
        var performances: [EventID: [PerformanceSummaryResource]] = [:]
        var pricesFrom: [EventID: Money] = [:]
        for row in try await pool.execute(Self.performancesOfEvents, [ids], deadline: deadline) {
            let summary = try PerformanceSummaryRow(row)
            performances[summary.eventID, default: []].append(summary.resource)
            if let price = summary.priceFrom {
                // One event has one currency; were there two, the first performance's counts.
                let least = pricesFrom[summary.eventID] ?? price
                let isLess = price.currency == least.currency && price.amountMinor < least.amountMinor
                pricesFrom[summary.eventID] = isLess ? price : least
            }
        }
        return events.map {
            $0.resource(performances: performances[$0.eventID] ?? [], priceFrom: pricesFrom[$0.eventID])
        }
    }
}
