public import Postgres
public import Ticketing
import Wire

/// Holds of seats of our choice: the map is read under the lock, the seats are chosen here, and `hold_batch` grants them.
/// So a refusal means that there were not enough, and no wish loses its seats to another one.
public enum SeatChoiceBatch: DoorBatch {
    /// Longest gap, in batches, that is read from the history; longer ones are read from the seats.
    static let historyBatchesMax: Int32 = 256

    private static let look = StatementLibrary.statement("hold_choice_look")
    private static let lapsed = StatementLibrary.statement("lapsed_seats")

    public static let name = "choice"
    public static let statement = HoldRows.statement
    public static let unknownPerformance = HoldOutcome.unknownPerformance
    public static let isPrepared = true

    public static func key(of item: SeatChoiceItem) -> DoorItemKey? { item.key }

    public static func repeated(_ outcome: HoldOutcome) -> HoldOutcome { outcome.repeated }

    public nonisolated(nonsending) static func prepared(
        _ items: [SeatChoiceItem], in performance: PerformanceID, by transaction: PostgresTransaction
    ) async throws -> [SeatChoiceItem] {
        let known = items.first?.knownMap()
        let rows = try await transaction.execute(
            look,
            [
                performance, known?.position.epoch ?? 0, known?.position.sequence ?? 0, historyBatchesMax,
                items.map(\.customerID), items.map(\.idempotencyKey),
            ])
        guard rows.count == items.count + 1, let first = rows.first else { return items }
        let now: Timestamp = try first.decode(at: Column.databaseTime)
        var choices = SeatChoices(states: try states(first, from: known), now: now)
        for (item, row) in zip(items, rows.dropFirst()) {
            choices.add(customer: item.customerID, seatsLeft: try row.decode(Int?.self, at: Column.seatsLeft))
        }
        let chosen = await chosen(items, choices)
        // A hold past its deadline is free, also before a batch has ended it: nobody is refused for its seats.
        guard chosen.contains(where: \.isRefused), choices.hasHeldSeats else { return chosen }
        let over: [SeatIndex] = try await transaction.execute(lapsed, [performance, now]).first?.decode(at: 0) ?? []
        guard !over.isEmpty else { return chosen }
        choices.free(over)
        return await self.chosen(items, choices)
    }

    public static func values(
        for items: [SeatChoiceItem], in performance: PerformanceID
    ) -> [any PostgresEncodable] {
        HoldRows.values(for: items, in: performance, decidedAt: items.first?.decidedAt)
    }

    public static func outcome(
        of row: PostgresRow, for item: SeatChoiceItem, in performance: PerformanceID
    )
        throws(PostgresFailure) -> HoldOutcome
    {
        try HoldRows.outcome(of: row, for: item, in: performance, largestGroup: item.largestGroup)
    }

    public static func outcome(ofConstraint constraint: String, for item: SeatChoiceItem) -> HoldOutcome? {
        HoldRows.outcome(ofConstraint: constraint)
    }

    private enum Column {
        static let epoch = 1
        static let sequence = 2
        static let databaseTime = 3
        static let seatCount = 4
        static let changes = 5
        static let seatsLeft = 6
    }

    /// Off the loop that the batch belongs to: a stadium's map takes its time.
    @concurrent private static func chosen(
        _ items: [SeatChoiceItem], _ choices: SeatChoices
    ) async -> [SeatChoiceItem] {
        var choices = choices
        return items.map { choices.chosen($0) }
    }

    /// The map under the lock. What is known here counts where it leads there: from another epoch, or from a later
    /// sequence, the function told all that ever changed.
    private static func states(
        _ row: PostgresRow, from known: KnownSeatMap?
    ) throws(PostgresFailure) -> PackedSeatStates {
        let seatCount: Int = try row.decode(at: Column.seatCount)
        let epoch: Int64 = try row.decode(at: Column.epoch)
        let sequence: Int64 = try row.decode(at: Column.sequence)
        var states = PackedSeatStates(count: seatCount)
        if let known, known.position.epoch == epoch, known.position.sequence <= sequence,
            known.states.count == seatCount
        {
            states = known.states
        }
        for change in try row.seatChanges(at: Column.changes) where Int(change.seatIndex) < seatCount {
            states[Int(change.seatIndex)] = change.state
        }
        return states
    }
}
