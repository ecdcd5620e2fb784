import Postgres
import Ticketing

/// A batch's rows, read.
struct DoorAnswer<Kind: DoorBatch>: Sendable {
    /// Nil when there is no such performance.
    let reading: DoorReading?
    let outcomes: [Kind.Outcome]

    init(_ rows: PostgresRows, items: [Kind.Item], performance: PerformanceID) throws(PostgresFailure) {
        guard let first = rows.first else { throw .unexpectedValue("a batch without a row") }
        if try first.decode(String?.self, at: DoorColumn.outcome) == "unknown_performance" {
            reading = nil
            outcomes = items.map { _ in Kind.unknownPerformance }
            return
        }
        guard rows.count == items.count + 1 else {
            throw .unexpectedValue("\(rows.count) rows for a batch of \(items.count)")
        }
        reading = try DoorReading(first, of: performance)
        var outcomes: [Kind.Outcome] = []
        outcomes.reserveCapacity(items.count)
        for (item, row) in zip(items, rows.dropFirst()) {
            outcomes.append(try Kind.outcome(of: row, for: item, in: performance))
        }
        self.outcomes = outcomes
    }
}
