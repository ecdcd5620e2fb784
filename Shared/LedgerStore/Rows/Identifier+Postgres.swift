public import Postgres
public import Ticketing

extension Identifier: PostgresArrayElement {
    public static var elementType: PostgresType { PostgresUUID.elementType }
    public static var arrayType: PostgresType { PostgresUUID.arrayType }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        PostgresUUID(high: high, low: low).appendElement(to: &bytes)
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Identifier {
        try decode(from: cell)
    }
}

extension Identifier: PostgresEncodable {}

extension Identifier: PostgresDecodable {
    /// Reads a `uuid` column.
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Identifier {
        let uuid = try PostgresUUID.decode(from: cell)
        return Identifier(high: uuid.high, low: uuid.low)
    }
}
