public import Postgres
public import Ticketing
public import Wire

/// Reads holds. What changes them goes through `PerformanceDoor`.
public struct HoldStore: Sendable {
    private let pool: PostgresPool

    private static let ofCustomer = StatementLibrary.statement("hold_of_customer")
    private static let ofPerformance = StatementLibrary.statement("holds_of_performance")
    private static let byKeys = StatementLibrary.statement("holds_by_keys")
    private static let due = StatementLibrary.statement("due_holds")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One hold, if it is the customer's. An active one whose deadline has passed reads as expired; `expiresAt` is the
    /// later deadline once a declined payment gave one.
    public nonisolated(nonsending) func hold(
        _ hold: HoldID, of customer: CustomerID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> HoldResource? {
        if let row = try await pool.execute(Self.ofCustomer, [hold, customer], deadline: deadline).first {
            return try Self.resource(row)
        }
        // That there is none is believed only of the primary.
        let confirmed = try await pool.executeConfirmed(Self.ofCustomer, [hold, customer], deadline: deadline)
        return try confirmed.first.map { row throws(PostgresFailure) in try Self.resource(row) }
    }

    /// A customer's holds of one performance, the newest first, at most `limit`.
    public nonisolated(nonsending) func holds(
        of customer: CustomerID, in performance: PerformanceID, limit: Int = 100,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [HoldResource] {
        let rows = try await pool.execute(Self.ofPerformance, [performance, customer, limit], deadline: deadline)
        var holds: [HoldResource] = []
        for row in rows { holds.append(try Self.resource(row)) }
        return holds
    }

    /// What keys were used for, in their order; nil for those that were never used.
    public nonisolated(nonsending) func uses(
        of keys: [DoorItemKey], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [HoldKeyUse?] {
        var uses = [HoldKeyUse?](repeating: nil, count: keys.count)
        let values: [any PostgresEncodable] = [keys.map(\.customerID), keys.map(\.key)]
        for row in try await pool.execute(Self.byKeys, values, deadline: deadline) {
            let place: Int = try row.decode(at: 0)
            guard try row.decode(HoldID?.self, at: 1) != nil else {
                uses[place - 1] = .another
                continue
            }
            let currency: String = try row.decode(at: 8)
            let hold = MadeHold(
                holdID: try row.decode(at: 1), performanceID: try row.decode(at: 2),
                seatIndexes: try row.decode(at: 3), createdAt: try row.decode(at: 4),
                expiresAt: try row.decode(at: 5), subtotal: try row.money(at: 6, in: currency),
                serviceFee: try row.money(at: 7, in: currency), requestID: try row.decode(at: 9))
            uses[place - 1] = .hold(hold, fingerprint: try row.decode(at: 10))
        }
        return uses
    }

    /// The holds that fell due in the last seconds and have not ended, the earliest first, at most `limit`.
    public nonisolated(nonsending) func dueHolds(
        secondsBack: Double, limit: Int
    ) async throws(PostgresFailure) -> [DueHold] {
        var holds: [DueHold] = []
        for row in try await pool.execute(Self.due, [secondsBack, limit]) {
            holds.append(
                DueHold(
                    performanceID: try row.decode(at: 0), holdID: try row.decode(at: 1),
                    secondsDue: try row.decode(at: 2)))
        }
        return holds
    }

    private static func resource(_ row: PostgresRow) throws(PostgresFailure) -> HoldResource {
        let currency: String = try row.decode(at: 7)
        let subtotal = try row.money(at: 5, in: currency)
        let serviceFee = try row.money(at: 6, in: currency)
        return HoldResource(
            holdId: try row.decode(at: 0), performanceId: try row.decode(at: 1), state: try row.word(at: 2),
            seatIndexes: try row.decode(at: 3), expiresAt: try row.decode(at: 4), subtotal: subtotal,
            serviceFee: serviceFee, total: subtotal + serviceFee)
    }
}
