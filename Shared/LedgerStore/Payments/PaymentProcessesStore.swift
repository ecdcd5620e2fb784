public import Postgres
public import Ticketing

/// Who works on payments and refunds: what a killed process had in hand becomes anybody's.
public struct PaymentProcessesStore: Sendable {
    private static let beatStatement = StatementLibrary.statement("payment_process_beat")
    /// The session setting by which a connection tells who begins its payments and takes its refunds.
    private static let setting = "box_office.process_id"

    private let pool: PostgresPool

    /// A store over the ledger.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The settings of a pool by which a process begins its payments and takes its refunds.
    public static func settings(_ settings: PostgresSettings, of process: PaymentProcessID) -> PostgresSettings {
        var settings = settings
        settings.sessionSettings[setting] = process.description
        return settings
    }

    /// Says that a process lives, and ends the leases of those that were silent for longer than `silence`; how many
    /// payments and refunds are anybody's now.
    public func beat(_ process: PaymentProcessID, silenceMilliseconds: Int) async throws(PostgresFailure) -> Int {
        let rows = try await pool.execute(Self.beatStatement, [process, Int32(silenceMilliseconds)])
        return try rows.first.map { row throws(PostgresFailure) in Int(try row.decode(Int32.self, at: 0)) } ?? 0
    }
}
