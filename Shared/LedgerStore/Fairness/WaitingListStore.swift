public import Postgres
public import Ticketing
public import Wire

/// Reads the waiting lists and puts customers on them. What is offered to them goes through the seats' door.
public struct WaitingListStore: Sendable {
    /// What became of a wish to wait.
    public enum Joining: String, Sendable, Hashable {
        /// The customer waits, from now or since before.
        case joined
        /// Seats are offered to the customer at this moment.
        case offered
        case notFound = "not_found"
        case noWaitingList = "no_waiting_list"
        case notOnSale = "not_on_sale"
        case salePaused = "sale_paused"
        case saleEnded = "sale_ended"
        /// More seats than one customer may have.
        case seatLimitReached = "seat_limit_reached"
        case unknownPriceLevel = "unknown_price_level"
    }

    private static let join = StatementLibrary.statement("waiting_list_join")
    private static let leave = StatementLibrary.statement("waiting_list_leave")
    private static let entry = StatementLibrary.statement("waiting_list_entry")
    private static let pools = StatementLibrary.statement("waiting_list_pools")

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Puts a customer on the list; one who waits for the same already stays where they are.
    public nonisolated(nonsending) func join(
        _ command: WaitingListCommand, as entry: WaitingListEntryID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Joining {
        let values: [any PostgresEncodable] = [
            entry, command.place.performanceId, command.place.customerId, command.wish.priceLevelId,
            Int32(command.wish.quantity),
        ]
        guard let row = try await pool.execute(Self.join, values, deadline: deadline).first else {
            throw .unexpectedValue("a waiting list that does not answer")
        }
        return try row.word(at: 0)
    }

    /// Takes a customer off the list; repeatable.
    public nonisolated(nonsending) func leave(
        _ place: WaitingListQuestion, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.leave, [place.performanceId, place.customerId], deadline: deadline)
    }

    /// A customer's last place; nil when there never was one.
    public nonisolated(nonsending) func entry(
        _ place: WaitingListQuestion, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> WaitingListEntryResource? {
        let values: [any PostgresEncodable] = [place.performanceId, place.customerId]
        guard let row = try await pool.execute(Self.entry, values, deadline: deadline).first else { return nil }
        let hold: HoldState? = try row.decode(String?.self, at: 7) == nil ? nil : try row.word(at: 7)
        let until: Timestamp? = try row.decode(at: 8)
        let now: Timestamp = try row.decode(at: 9)
        return WaitingListEntryResource(
            entryId: try row.decode(at: 0),
            state: Self.state(try row.word(at: 1), hold: hold, isInTime: until.map { $0 > now } ?? false),
            priceLevelId: try row.decode(at: 2), quantity: try row.decode(at: 3), joinedAt: try row.decode(at: 4),
            ahead: try row.decode(at: 5), holdId: try row.decode(at: 6), offerExpiresAt: until)
    }

    /// Performances at which freed seats wait to be shared out.
    public nonisolated(nonsending) func performancesToShare(
        limit: Int = 64
    ) async throws(PostgresFailure) -> [PerformanceID] {
        var performances: [PerformanceID] = []
        for row in try await pool.execute(Self.pools, [limit]) { performances.append(try row.decode(at: 0)) }
        return performances
    }

    enum StoredState: String {
        case waiting, offered, ended
    }

    /// What became of an offer its hold says.
    static func state(_ stored: StoredState, hold: HoldState?, isInTime: Bool) -> WaitingListState {
        switch (stored, hold) {
        case (.waiting, _): .waiting
        case (_, nil): .left
        case (_, .completed): .taken
        case (_, .paying): .offered
        case (_, .active): isInTime ? .offered : .lapsed
        case (_, .released), (_, .expired): .lapsed
        }
    }
}
