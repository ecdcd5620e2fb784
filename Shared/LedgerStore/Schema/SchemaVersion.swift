public import Postgres

/// The version of the schema that this executable needs, and the one that a database has.
public enum SchemaVersion {
    /// The last migration's version.
    public static var required: Int32 { Migration.all.last?.version ?? 0 }

    private static let current = StatementLibrary.statement("schema_version")
    private static let exists = StatementLibrary.statement("schema_exists")
    // A database is migrated rarely, and whoever waits is not ready: half a second is soon enough.
    private static let pollMilliseconds = 500

    /// The version that the database has; 0 when nothing was ever migrated.
    public nonisolated(nonsending) static func current(in pool: PostgresPool) async throws(PostgresFailure) -> Int32 {
        guard try await pool.execute(exists).first?.decode(Bool.self, at: 0) == true else { return 0 }
        return try await pool.execute(current).first?.decode(Int32.self, at: 0) ?? 0
    }

    /// Whether a service may serve from a database of that version. Migrations keep what the version before needs, so
    /// that a newer database serves too while services are replaced one after another.
    public static func fits(_ version: Int32) -> Bool { version >= required }

    /// Returns when the database has the version that is needed, or when the task is cancelled. Failures to ask are
    /// waited out: `onWait` is told each time why the wait goes on.
    public nonisolated(nonsending) static func waitUntilItFits(
        _ pool: PostgresPool, onWait: @Sendable (String) -> Void = { _ in }
    ) async {
        while !Task.isCancelled {
            do {
                let version = try await current(in: pool)
                if fits(version) { return }
                onWait("the database's schema has version \(version), needed is \(required): run migrate")
            } catch {
                onWait("the database can't be asked for its schema's version: \(error)")
            }
            try? await Task.sleep(for: .milliseconds(pollMilliseconds))
        }
    }
}
