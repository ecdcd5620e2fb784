public import Postgres
public import Ticketing
public import Wire

/// Reads orders. What changes them goes through the seats' door.
public struct OrdersStore: Sendable {
    private static let placesOfHolds = StatementLibrary.statement("hold_places")
    private static let placesOfOrders = StatementLibrary.statement("order_places")
    private static let read = StatementLibrary.statement("orders_read")
    private static let page = StatementLibrary.statement("orders_page")
    private static let lapsed = StatementLibrary.statement("orders_lapsed")
    private static let sales = StatementLibrary.statement("performance_sales")

    /// What is said to be a customer's.
    private struct Claim<Kind>: Sendable {
        let id: Identifier<Kind>
        let customer: CustomerID
    }

    private let pool: PostgresPool
    private let holdPlaces: GatheredReading<Claim<Entity.Hold>, PerformanceID>
    private let orderPlaces: GatheredReading<Claim<Entity.Order>, PerformanceID>

    /// Orders of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
        holdPlaces = Self.places(Self.placesOfHolds, pool)
        orderPlaces = Self.places(Self.placesOfOrders, pool)
    }

    /// The performance at whose door a customer's hold stands; nil when there is no such hold of the customer.
    public nonisolated(nonsending) func performance(
        ofHold hold: HoldID, of customer: CustomerID
    ) async throws(PostgresFailure) -> PerformanceID? {
        try await holdPlaces.answer(to: Claim(id: hold, customer: customer))
    }

    /// The performance at whose door a customer's order stands; nil when there is no such order of the customer.
    public nonisolated(nonsending) func performance(
        ofOrder order: OrderID, of customer: CustomerID
    ) async throws(PostgresFailure) -> PerformanceID? {
        try await orderPlaces.answer(to: Claim(id: order, customer: customer))
    }

    /// One reading for all who ask at the same time. That there is none is believed only of the primary: a purchase
    /// depends on it.
    private static func places<Kind>(
        _ statement: Statement, _ pool: PostgresPool
    ) -> GatheredReading<Claim<Kind>, PerformanceID> {
        GatheredReading { (claims) async throws(PostgresFailure) in
            let values: [any PostgresEncodable] = [claims.map(\.id), claims.map(\.customer)]
            var found = try performances(try await pool.execute(statement, values))
            if found.contains(nil) { found = try performances(try await pool.executeConfirmed(statement, values)) }
            return found
        }
    }

    private static func performances(_ rows: PostgresRows) throws(PostgresFailure) -> [PerformanceID?] {
        var found: [PerformanceID?] = []
        found.reserveCapacity(rows.count)
        for row in rows { found.append(try row.decode(at: 0)) }
        return found
    }

    /// Orders by their ids, in the same order; unknown ones are left out. That all are is believed only of the primary.
    public nonisolated(nonsending) func orders(_ ids: [OrderID]) async throws(PostgresFailure) -> [OrderReading] {
        if ids.isEmpty { return [] }
        var rows = try await pool.execute(Self.read, [ids])
        if rows.isEmpty { rows = try await pool.executeConfirmed(Self.read, [ids]) }
        var orders: [OrderReading] = []
        for row in rows { orders.append(try OrderReading(row, at: 0)) }
        return orders
    }

    /// A page of the ids of a customer's orders, the latest first; the cursor is the last one's id.
    public nonisolated(nonsending) func ids(
        of customer: CustomerID, after cursor: OrderID?, limit: Int
    ) async throws(PostgresFailure) -> [OrderID] {
        let rows = try await pool.execute(Self.page, [customer, cursor, Int64(limit)])
        var ids: [OrderID] = []
        for row in rows { ids.append(try row.decode(at: 0)) }
        return ids
    }

    /// Holds that ended in a stretch of time while an unpaid order waits for them, by performance.
    public nonisolated(nonsending) func holdsOfLapsedOrders(
        endedAfter start: Timestamp, until end: Timestamp, limit: Int
    ) async throws(PostgresFailure) -> [(performance: PerformanceID, hold: HoldID)] {
        let rows = try await pool.execute(Self.lapsed, [start, end, Int64(limit)])
        var found: [(performance: PerformanceID, hold: HoldID)] = []
        for row in rows { found.append((try row.decode(at: 0), try row.decode(at: 1))) }
        return found
    }

    /// How a performance sells; nil when it is not the organizer's.
    public nonisolated(nonsending) func sales(
        of performance: PerformanceID, organizer: CustomerID, isAdmin: Bool
    ) async throws(PostgresFailure) -> PerformanceSalesResource? {
        guard let row = try await pool.execute(Self.sales, [performance, organizer, isAdmin]).first else { return nil }
        let currency = try row.decode(String.self, at: 2)
        return PerformanceSalesResource(
            performanceId: performance,
            seatCount: Int(try row.decode(Int32.self, at: 0)),
            soldCount: Int(try row.decode(Int32.self, at: 1)),
            orderCount: try row.decode(at: 3),
            gross: try row.money(at: 4, in: currency),
            serviceFees: try row.money(at: 5, in: currency),
            refunded: try row.money(at: 6, in: currency))
    }
}
