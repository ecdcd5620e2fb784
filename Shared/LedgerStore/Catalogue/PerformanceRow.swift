import Postgres
import Ticketing
import Wire

/// One row of performance_by_id.
struct PerformanceRow: Sendable {
    let eventTitle: String
    let venue: VenueResource
    let sale: PerformanceSale

    init(_ row: PostgresRow) throws(PostgresFailure) {
        eventTitle = try row.decode(at: 2)
        let readAt: Timestamp = try row.decode(at: 17)
        venue = VenueResource(venueId: try row.decode(at: 3), name: try row.decode(at: 4))
        sale = PerformanceSale(
            performanceID: try row.decode(at: 0), eventID: try row.decode(at: 1), organizerID: try row.decode(at: 16),
            chartID: try row.decode(at: 5), seatCount: try row.decode(at: 11), unsoldCount: try row.decode(at: 10),
            currency: try row.decode(at: 12), startsAt: try row.decode(at: 6), onSaleAt: try row.decode(at: 7),
            saleEndsAt: try row.decode(at: 8), storedState: try row.word(at: 9),
            seatsPerCustomerMax: try row.decode(at: 13), holdSeconds: try row.decode(at: 14),
            paymentSeconds: try row.decode(at: 15), readAt: readAt, waitingRoom: try Self.waitingRoom(row, readAt))
    }

    private static func waitingRoom(
        _ row: PostgresRow, _ readAt: Timestamp
    )
        throws(PostgresFailure) -> WaitingRoomResource?
    {
        guard let opensAt = try row.decode(Timestamp?.self, at: 18) else { return nil }
        let (isListed, isRanked): (Bool, Bool) = (try row.decode(at: 19), try row.decode(at: 20))
        let state: WaitingRoomState =
            isRanked ? .open : isListed || readAt >= opensAt ? .ranking : .gathering
        return WaitingRoomResource(state: state, opensAt: opensAt)
    }

    func resource(priceLevels: [PriceLevelResource]) -> PerformanceResource {
        PerformanceResource(
            performanceId: sale.performanceID, eventId: sale.eventID, eventTitle: eventTitle, venue: venue,
            startsAt: sale.startsAt, onSaleAt: sale.onSaleAt, saleEndsAt: sale.saleEndsAt, saleState: sale.saleState,
            seatCount: sale.seatCount, seatingChartUrl: "/v1/seating-charts/\(sale.chartID)",
            priceLevels: priceLevels, seatsPerCustomerMax: sale.seatsPerCustomerMax, holdSeconds: sale.holdSeconds,
            waitingRoom: sale.waitingRoom)
    }
}
