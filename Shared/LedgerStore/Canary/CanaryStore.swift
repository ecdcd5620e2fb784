public import Postgres
import Ticketing
import Wire

/// Makes the canary: the one performance that no organizer put up.
public struct CanaryStore: Sendable {
    /// An organizer, a venue, a chart and a show of its own; ids of different kinds, hence the same bits.
    private static let (high, low) = (SeatCanary.performanceID.high, SeatCanary.performanceID.low)
    /// Far enough that it is never on sale: 2100-01-01.
    private static let day = Timestamp(unixMicroseconds: 4_102_444_800_000_000)
    private static let insertOrganizer = StatementLibrary.statement("canary_organizer_insert")
    private static let unlist = StatementLibrary.statement("canary_event_unlist")
    private static let insertCanary = StatementLibrary.statement("canary_insert")

    private let pool: PostgresPool

    /// The ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Makes it, unless somebody else does: several processes may call this at once.
    public func make() async throws {
        let organizer = CustomerID(high: Self.high, low: Self.low)
        let venue = VenueID(high: Self.high, low: Self.low)
        let event = EventID(high: Self.high, low: Self.low)
        let chart = try Self.chart()
        let show: [any PostgresEncodable] = [event, organizer, venue, "Canary", "Not for sale.", Self.day]
        var calls = [
            PostgresCall(Self.insertOrganizer, [organizer]),
            PostgresCall(CatalogueStore.insertVenue, [venue, "Canary"]),
            CatalogueStore.call(for: chart), PostgresCall(CatalogueStore.insertEvent, show),
            PostgresCall(Self.unlist, [event]),
        ]
        calls += CatalogueStore.calls(for: Self.performance(with: chart.chartID), of: event)
        calls.append(PostgresCall(Self.insertCanary, [SeatCanary.performanceID]))
        do throws(PostgresFailure) {
            _ = try await pool.execute(together: calls)
        } catch {
            // A constraint stands in the way where somebody else made it.
            guard error.constraint != nil else { throw error }
        }
    }

    private static func performance(with chart: SeatingChartID) -> NewPerformance {
        NewPerformance(
            performanceID: SeatCanary.performanceID, chartID: chart, startsAt: day, onSaleAt: day,
            saleEndsAt: day.advanced(bySeconds: 1), currency: "XXX", seatsPerCustomerMax: 1, holdSeconds: 1,
            paymentSeconds: 1,
            priceLevels: [
                NewPriceLevel(priceLevelID: "none", name: "None", color: "#808080", priceMinor: 0, serviceFeeMinor: 0)
            ])
    }

    /// One row of seats, a bit each.
    private static func chart() throws -> NewChart {
        let id = SeatingChartID(high: high, low: low)
        let seats = (0..<SeatCanary.seatCount).map { bit in
            ChartSeatResource(
                seatIndex: SeatIndex(bit), seatLabel: "Bit \(bit)", x: Double(bit), y: 0, priceLevelId: "none")
        }
        let resource = SeatingChartResource(
            chartId: id, name: "Canary", width: Double(seats.count), height: 1, seatCount: seats.count,
            priceLevels: [ChartPriceLevelResource(priceLevelId: "none", name: "None", color: "#808080")],
            sections: [
                ChartSectionResource(
                    sectionId: "clock", name: "Clock", rows: [ChartRowResource(name: "1", seats: seats)])
            ])
        return NewChart(
            chartID: id, name: resource.name, document: try WireJSON.encode(resource),
            seats: seats.map { NewChart.Seat(priceLevel: 0, label: $0.seatLabel) })
    }
}
