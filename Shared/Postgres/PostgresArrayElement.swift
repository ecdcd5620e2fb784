/// A Swift value that can stand in an array parameter or result. `[UInt8]` is not an array in this sense: it is a
/// `bytea`, and `[[UInt8]]` is an array of those.
public protocol PostgresArrayElement: Sendable {
    /// The element's type.
    static var elementType: PostgresType { get }
    /// The type of an array of it.
    static var arrayType: PostgresType { get }
    /// Appends the element in binary; answers false, and appends nothing, for a null.
    func appendElement(to bytes: inout [UInt8]) -> Bool
    /// Reads one element.
    static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Self
    /// Appends a whole array in binary.
    static func appendArray(_ elements: [Self], to bytes: inout [UInt8])
    /// Reads a whole array.
    static func decodeArray(_ cell: PostgresCell) throws(PostgresFailure) -> [Self]
}

extension PostgresArrayElement {
    /// Writes a whole array of one dimension in PostgreSQL's binary form.
    public static func appendArray(_ elements: [Self], to bytes: inout [UInt8]) {
        // Dimensions, a flag for nulls, the element's type; then, for the one dimension, its length and lower bound.
        bytes.reserveCapacity(bytes.count + 20 + elements.count * 12)
        bytes.appendBigEndian(Int32(elements.isEmpty ? 0 : 1))
        let flagOffset = bytes.count
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Self.elementType.objectID)
        guard !elements.isEmpty else { return }
        bytes.appendBigEndian(Int32(elements.count))
        bytes.appendBigEndian(Int32(1))
        for element in elements {
            let lengthOffset = bytes.count
            bytes.appendBigEndian(Int32(-1))
            if element.appendElement(to: &bytes) {
                bytes.putBigEndian(Int32(bytes.count - lengthOffset - 4), at: lengthOffset)
            } else {
                bytes.putBigEndian(Int32(1), at: flagOffset)
            }
        }
    }

    /// Reads an array of one dimension, or an empty one.
    public static func decodeArray(_ cell: PostgresCell) throws(PostgresFailure) -> [Self] {
        var reader = try BinaryReader(cell)
        let dimensions: Int32 = try reader.read()
        let _: Int32 = try reader.read()
        let type = PostgresType(objectID: try reader.read())
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw .unexpectedValue("an array of \(dimensions) dimensions") }
        let count: Int32 = try reader.read()
        let _: Int32 = try reader.read()
        var elements: [Self] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count {
            let length: Int32 = try reader.read()
            let bytes = length < 0 ? nil : try reader.readBytes(Int(length))
            elements.append(try decodeElement(PostgresCell(type: type, bytes: bytes)))
        }
        return elements
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    public static var elementType: PostgresType { Wrapped.elementType }
    public static var arrayType: PostgresType { Wrapped.arrayType }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .some(let element): element.appendElement(to: &bytes)
        case .none: false
        }
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decodeElement(cell)
    }
}

extension UInt8: PostgresArrayElement {
    public static var elementType: PostgresType { .bytea }
    public static var arrayType: PostgresType { .bytea }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.append(self)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> UInt8 {
        let bytes = try cell.notNull()
        guard bytes.count == 1 else { throw .unexpectedValue("\(bytes.count) bytes for a UInt8") }
        return bytes[0]
    }

    public static func appendArray(_ elements: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: elements)
    }

    public static func decodeArray(_ cell: PostgresCell) throws(PostgresFailure) -> [UInt8] {
        [UInt8](try cell.notNull())
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    public static var elementType: PostgresType { .bytea }
    public static var arrayType: PostgresType { .byteaArray }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: self)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> [UInt8] {
        [UInt8](try cell.notNull())
    }
}

extension String: PostgresArrayElement {
    public static var elementType: PostgresType { .text }
    public static var arrayType: PostgresType { .textArray }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> String {
        try decode(from: cell)
    }
}

extension Bool: PostgresArrayElement {
    public static var elementType: PostgresType { .bool }
    public static var arrayType: PostgresType { .boolArray }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Bool {
        try decode(from: cell)
    }
}

extension Int16: PostgresArrayElement {
    public static var elementType: PostgresType { .int2 }
    public static var arrayType: PostgresType { .int2Array }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Int16 {
        try cell.integer()
    }
}

extension Int32: PostgresArrayElement {
    public static var elementType: PostgresType { .int4 }
    public static var arrayType: PostgresType { .int4Array }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Int32 {
        try cell.integer()
    }
}

extension Int64: PostgresArrayElement {
    public static var elementType: PostgresType { .int8 }
    public static var arrayType: PostgresType { .int8Array }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Int64 {
        try cell.integer()
    }
}

extension Int: PostgresArrayElement {
    public static var elementType: PostgresType { .int8 }
    public static var arrayType: PostgresType { .int8Array }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(Int64(self))
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Int {
        try cell.integer()
    }
}

extension Double: PostgresArrayElement {
    public static var elementType: PostgresType { .float8 }
    public static var arrayType: PostgresType { .float8Array }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(bitPattern)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> Double {
        try decode(from: cell)
    }
}

extension PostgresUUID: PostgresArrayElement {
    public static var elementType: PostgresType { .uuid }
    public static var arrayType: PostgresType { .uuidArray }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> PostgresUUID {
        try decode(from: cell)
    }
}

extension PostgresTimestamp: PostgresArrayElement {
    public static var elementType: PostgresType { .timestamptz }
    public static var arrayType: PostgresType { .timestamptzArray }

    public func appendElement(to bytes: inout [UInt8]) -> Bool {
        // What lies before all that PostgreSQL can tell is its `-infinity`, the least of its values.
        let (own, isBefore) = microsecondsSinceUnixEpoch.subtractingReportingOverflow(Self.postgresEpochMicroseconds)
        bytes.appendBigEndian(isBefore ? .min : own)
        return true
    }

    public static func decodeElement(_ cell: PostgresCell) throws(PostgresFailure) -> PostgresTimestamp {
        try decode(from: cell)
    }
}
