/// An instant (`timestamptz`).
public struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// PostgreSQL counts from 2000-01-01.
    static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000

    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microsecondsSinceUnixEpoch: Int64

    public init(microsecondsSinceUnixEpoch: Int64) {
        self.microsecondsSinceUnixEpoch = microsecondsSinceUnixEpoch
    }

    public static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microsecondsSinceUnixEpoch < right.microsecondsSinceUnixEpoch
    }
}
