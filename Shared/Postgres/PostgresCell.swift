/// One column of one row, while it is decoded: valid only for the call that it is passed to.
public struct PostgresCell {
    /// The column's type.
    public let type: PostgresType
    /// The value in the type's binary format; `nil` for a null.
    public let bytes: UnsafeRawBufferPointer?

    /// The bytes of a value that may not be null.
    public func notNull() throws(PostgresFailure) -> UnsafeRawBufferPointer {
        guard let bytes else { throw .unexpectedValue("a null") }
        return bytes
    }

    /// An integer of any of PostgreSQL's integer types, `numeric` without a fraction among them.
    func integer<Integer: FixedWidthInteger>() throws(PostgresFailure) -> Integer {
        let wide: Int64
        switch type {
        case .int8, .xid8: wide = Int64(bitPattern: try fixed(UInt64.self))
        case .int4: wide = Int64(Int32(bitPattern: try fixed(UInt32.self)))
        case .oid: wide = Int64(try fixed(UInt32.self))
        case .int2: wide = Int64(Int16(bitPattern: try fixed(UInt16.self)))
        case .numeric: wide = try PostgresNumeric(self).integer()
        default: throw .unexpectedValue("type \(type.objectID) for an integer")
        }
        guard let integer = Integer(exactly: wide) else {
            throw .unexpectedValue("an integer too large for \(Integer.self)")
        }
        return integer
    }

    func fixed<Integer: FixedWidthInteger>(_: Integer.Type) throws(PostgresFailure) -> Integer {
        let bytes = try notNull()
        guard bytes.count == MemoryLayout<Integer>.size else {
            throw .unexpectedValue("\(bytes.count) bytes for \(Integer.self)")
        }
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }
}
