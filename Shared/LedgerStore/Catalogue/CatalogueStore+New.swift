import Crypto
public import Postgres
public import Ticketing
import Wire

extension CatalogueStore {
    static let insertVenue = StatementLibrary.statement("venue_insert")
    private static let insertChart = StatementLibrary.statement("chart_insert")
    private static let chartSeatCount = StatementLibrary.statement("chart_seat_count")
    static let insertEvent = StatementLibrary.statement("event_insert")
    private static let insertPerformance = StatementLibrary.statement("performance_insert")
    private static let insertPriceLevels = StatementLibrary.statement("price_levels_insert")
    private static let fillSeats = StatementLibrary.statement("seats_fill")
    private static let analyzeSeats = StatementLibrary.statement("seats_analyze")
    private static let updateSaleState = StatementLibrary.statement("performance_sale_state_update")

    /// Keeps a chart.
    public nonisolated(nonsending) func insert(
        _ chart: NewChart, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        let call = Self.call(for: chart)
        _ = try await pool.execute(call.statement, call.values, deadline: deadline)
    }

    /// How many seats a chart has; nil when there is none of that id.
    public nonisolated(nonsending) func seatCount(of chart: SeatingChartID) async throws(PostgresFailure) -> Int? {
        try await pool.execute(Self.chartSeatCount, [chart]).first?.decode(Int.self, at: 0)
    }

    /// Puts a show up with all its performances, prices and seats, or nothing of it. Its venue (unless new), its
    /// organizer and its charts must exist; else it throws with the constraint's name.
    public nonisolated(nonsending) func insert(
        _ event: NewEvent, deadline: ContinuousClock.Instant? = nil
    ) async throws {
        guard let first = event.performances.map(\.startsAt).min() else {
            preconditionFailure("an event without a performance")
        }
        try await pool.transaction(deadline: deadline) { transaction in
            let venueID: VenueID
            switch event.venue {
            case .existing(let id): venueID = id
            case .new(let id, let name):
                venueID = id
                _ = try await transaction.execute(Self.insertVenue, [id, name])
            }
            _ = try await transaction.execute(
                Self.insertEvent,
                [event.eventID, event.organizerID, venueID, event.title, event.description, first])
            for performance in event.performances {
                _ = try await transaction.execute(together: Self.calls(for: performance, of: event.eventID))
                let sales = PerformanceSalesRequest(
                    performanceId: performance.performanceID, organizerId: event.organizerID, isAdmin: true)
                let rule = FairnessStore.call(FairnessRuleCommand(sales: sales, rule: performance.fairnessRule))
                _ = try await transaction.execute(rule.statement, rule.values)
            }
        }
        // After the commit, because a statement's own transaction sees no other's statistics.
        for performance in event.performances {
            _ = try await pool.execute(Self.analyzeSeats, [performance.performanceID], deadline: deadline)
        }
    }

    /// Opens, pauses, ends or cancels a sale; false when there is no such performance, or
    /// when it was cancelled: that is for good.
    public nonisolated(nonsending) func setSaleState(
        _ state: StoredSaleState, of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Bool {
        let rows = try await pool.execute(Self.updateSaleState, [performance, state.rawValue], deadline: deadline)
        return rows.affectedRowCount == 1
    }

    static func call(for chart: NewChart) -> PostgresCall {
        PostgresCall(
            insertChart,
            [
                chart.chartID, chart.name, chart.document, Array(SHA256.hash(data: chart.document)),
                chart.seats.map(\.priceLevel), chart.seats.map(\.label),
            ])
    }

    static func calls(for performance: NewPerformance, of event: EventID) -> [PostgresCall] {
        let levels = performance.priceLevels
        return [
            PostgresCall(
                insertPerformance,
                [
                    performance.performanceID, event, performance.chartID, performance.startsAt, performance.onSaleAt,
                    performance.saleEndsAt, performance.currency, Int32(performance.seatsPerCustomerMax),
                    Int32(performance.holdSeconds), Int32(performance.paymentSeconds),
                    performance.refundRule.selfServiceUntilSeconds.map { Int32($0) },
                    !performance.refundRule.includesServiceFee, performance.refundRule.storedSeats,
                ]),
            PostgresCall(
                insertPriceLevels,
                [
                    performance.performanceID, levels.map(\.priceLevelID), levels.map(\.name), levels.map(\.color),
                    levels.map(\.priceMinor), levels.map(\.serviceFeeMinor), levels.map { Int32($0.taxBasisPoints) },
                ]),
            PostgresCall(fillSeats, [performance.performanceID, performance.chartID]),
        ]
            + (performance.waitingRoom.map {
                [WaitingRoomStore.putCall($0, for: performance.performanceID, by: nil)]
            } ?? [])
    }
}
