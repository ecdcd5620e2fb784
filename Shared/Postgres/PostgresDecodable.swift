/// A Swift value that can be read from a column.
public protocol PostgresDecodable {
    /// Reads the value, or throws `unexpectedValue` when the column holds something else.
    static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Self
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decode(from: cell)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> [Element] {
        try Element.decodeArray(cell)
    }
}

extension String: PostgresDecodable {
    /// Texts of all kinds, enums, JSON, `uuid` in its usual form and `numeric`. Cast other types to `text`.
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> String {
        let bytes = try cell.notNull()
        switch cell.type {
        case .uuid: return try PostgresUUID.decode(from: cell).description
        case .numeric: return try PostgresNumeric(cell).text()
        case .jsonb: return String(decoding: bytes.dropFirst(), as: UTF8.self)
        case .bool, .bytea, .int2, .int4, .int8, .float4, .float8, .timestamptz, .oid, .xid8:
            throw .unexpectedValue("type \(cell.type.objectID) for a String")
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Bool: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Bool {
        let bytes = try cell.notNull()
        guard cell.type == .bool, bytes.count == 1 else {
            throw .unexpectedValue("type \(cell.type.objectID) for a Bool")
        }
        return bytes[0] != 0
    }
}

extension Int16: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Int16 {
        try cell.integer()
    }
}

extension Int32: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Int32 {
        try cell.integer()
    }
}

extension Int64: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Int64 {
        try cell.integer()
    }
}

extension Int: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Int {
        try cell.integer()
    }
}

extension Double: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> Double {
        switch cell.type {
        case .float8: return Double(bitPattern: try cell.fixed(UInt64.self))
        case .float4: return Double(Float(bitPattern: try cell.fixed(UInt32.self)))
        case .numeric:
            let text = try PostgresNumeric(cell).text()
            guard let value = Double(text) else { throw .unexpectedValue("a numeric that is no number") }
            return value
        default: return Double(try cell.integer() as Int64)
        }
    }
}

extension PostgresUUID: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> PostgresUUID {
        guard cell.type == .uuid else { throw .unexpectedValue("type \(cell.type.objectID) for a uuid") }
        var reader = try BinaryReader(cell)
        return PostgresUUID(high: try reader.read(), low: try reader.read())
    }
}

extension PostgresTimestamp: PostgresDecodable {
    public static func decode(from cell: PostgresCell) throws(PostgresFailure) -> PostgresTimestamp {
        guard cell.type == .timestamptz else {
            throw .unexpectedValue("type \(cell.type.objectID) for a timestamptz")
        }
        let sinceOwnEpoch = Int64(bitPattern: try cell.fixed(UInt64.self))
        // The two ends of the range stand for infinity.
        guard sinceOwnEpoch != .max, sinceOwnEpoch != .min else { throw .unexpectedValue("an infinite timestamptz") }
        return PostgresTimestamp(microsecondsSinceUnixEpoch: sinceOwnEpoch + postgresEpochMicroseconds)
    }
}
