public import Postgres

/// Why a database could not be migrated.
public enum MigrationFailure: Error, Sendable, CustomStringConvertible {
    /// A newer executable migrated this database.
    case databaseIsNewer(version: Int32, newestKnown: Int32)
    /// A migration that was applied is not the one that this executable holds.
    case changedAfterwards(version: Int32, name: String)
    /// A migration did not go through, and left nothing behind.
    case failed(version: Int32, name: String, PostgresFailure)
    /// The database could not be asked.
    case database(PostgresFailure)
    /// Another migration held the lock all the time.
    case lockNotTaken(afterSeconds: Int)

    public var description: String {
        switch self {
        case .databaseIsNewer(let version, let newest):
            "the database has version \(version), this executable knows \(newest): use the newer executable"
        case .changedAfterwards(let version, let name):
            "migration \(version) (\(name)) was changed after it had been applied: restore the file, add a new one"
        case .failed(let version, let name, let failure): "migration \(version) (\(name)) failed: \(failure)"
        case .database(let failure): "the database could not be asked: \(failure)"
        case .lockNotTaken(let seconds): "another migration was under way for \(seconds) s"
        }
    }
}
