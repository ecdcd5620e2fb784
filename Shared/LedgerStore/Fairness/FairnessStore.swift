public import Postgres
public import Ticketing
public import Wire

/// Reads and changes an organizer's rule for what happens after a sale's opening.
public struct FairnessStore: Sendable {
    private static let read = StatementLibrary.statement("fairness_rule_read")
    private static let write = StatementLibrary.statement("fairness_rule_write")

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A performance's rule; nil when there is no such performance.
    public nonisolated(nonsending) func rule(
        of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> FairnessRuleResource? {
        let anybody = CustomerID(high: 0, low: 0)
        let question = PerformanceSalesRequest(performanceId: performance, organizerId: anybody, isAdmin: true)
        return try await rule(for: question, deadline: deadline)
    }

    /// The same for an organizer; nil when the performance is somebody else's.
    public nonisolated(nonsending) func rule(
        for question: PerformanceSalesRequest, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> FairnessRuleResource? {
        let values: [any PostgresEncodable] = [question.performanceId, question.organizerId, question.isAdmin]
        guard let row = try await pool.execute(Self.read, values, deadline: deadline).first else { return nil }
        return try Self.resource(row)
    }

    /// Changes the rule; nil when the performance is somebody else's.
    public nonisolated(nonsending) func change(
        _ command: FairnessRuleCommand, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> FairnessRuleResource? {
        let call = Self.call(command)
        guard let row = try await pool.execute(call.statement, call.values, deadline: deadline).first else {
            return nil
        }
        return try Self.resource(row)
    }

    static func call(_ command: FairnessRuleCommand) -> PostgresCall {
        let (sales, rule) = (command.sales, command.rule)
        return PostgresCall(
            write,
            [
                sales.performanceId, sales.organizerId, sales.isAdmin, Int32(rule.coolDownSecondsMax),
                rule.seatsPerInstrumentMax.map { Int32($0) }, rule.waitingListOfferSeconds.map { Int32($0) },
            ])
    }

    private static func resource(_ row: PostgresRow) throws(PostgresFailure) -> FairnessRuleResource {
        FairnessRuleResource(
            coolDownSecondsMax: try row.decode(at: 0), seatsPerInstrumentMax: try row.decode(at: 1),
            waitingListOfferSeconds: try row.decode(at: 2))
    }
}
