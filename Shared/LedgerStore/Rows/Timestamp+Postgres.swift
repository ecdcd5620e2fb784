public import Postgres
public import Ticketing

extension Timestamp: PostgresArrayElement {
    public static var elementType: PostgresType { PostgresTimestamp.elementType }
    public static var arrayType: PostgresType { PostgresTimestamp.arrayType }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        PostgresTimestamp(microsecondsSinceUnixEpoch: unixMicroseconds).appendElement(to: &bytes)
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Timestamp {
        try decode(from: cell)
    }
}

extension Timestamp: PostgresEncodable {}

extension Timestamp: PostgresDecodable {
    /// Reads a `timestamptz` column.
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Timestamp {
        Timestamp(unixMicroseconds: try PostgresTimestamp.decode(from: cell).microsecondsSinceUnixEpoch)
    }
}
