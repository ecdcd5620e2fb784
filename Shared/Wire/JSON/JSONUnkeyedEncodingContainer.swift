/// The elements of one array that is being written.
struct JSONUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    private let writer: JSONWriter
    private let depth: Int
    private let start: Int
    /// The member whose nested container this is, for the path of a failure.
    private let enclosing: String
    private(set) var count = 0

    init(writer: JSONWriter, depth: Int, start: Int, enclosing: String = "") {
        self.writer = writer
        self.depth = depth
        self.start = start
        self.enclosing = enclosing
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func begin() throws(WireJSONFailure) -> JSONWriter {
        try writer.beginElement(depth: depth, start: start)
        count += 1
        return writer
    }

    private mutating func beginNested() -> JSONValueEncoder {
        // `nestedContainer` can't throw: the writer keeps the failure.
        _ = try? begin()
        return JSONValueEncoder(writer: writer, depth: depth, slot: writer.count)
    }

    mutating func encodeNil() throws { try begin().append(ascii: "null") }
    mutating func encode(_ value: Bool) throws { try begin().append(bool: value) }
    mutating func encode(_ value: String) throws { try begin().append(string: value) }
    mutating func encode(_ value: Double) throws { try floating(value) }
    mutating func encode(_ value: Float) throws { try floating(value) }
    mutating func encode(_ value: Int) throws { try begin().append(integer: value) }
    mutating func encode(_ value: Int8) throws { try begin().append(integer: value) }
    mutating func encode(_ value: Int16) throws { try begin().append(integer: value) }
    mutating func encode(_ value: Int32) throws { try begin().append(integer: value) }
    mutating func encode(_ value: Int64) throws { try begin().append(integer: value) }
    mutating func encode(_ value: UInt) throws { try begin().append(integer: value) }
    mutating func encode(_ value: UInt8) throws { try begin().append(integer: value) }
    mutating func encode(_ value: UInt16) throws { try begin().append(integer: value) }
    mutating func encode(_ value: UInt32) throws { try begin().append(integer: value) }
    mutating func encode(_ value: UInt64) throws { try begin().append(integer: value) }

    mutating func encode<T: Encodable>(_ value: T) throws {
        _ = try begin()
        do {
            try writer.writeValue(value, depth: depth)
        } catch {
            throw located(error)
        }
    }

    private func located(_ failure: WireJSONFailure) -> WireJSONFailure {
        let located = failure.inside(index: count - 1)
        return writer.fail(enclosing.isEmpty ? located : located.inside(member: JSONMemberName.json(of: enclosing)))
    }

    private mutating func floating(
        _ value: some BinaryFloatingPoint & CustomStringConvertible
    ) throws(WireJSONFailure) {
        do {
            try begin().append(value)
        } catch {
            throw located(error)
        }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        beginNested().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { beginNested().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder {
        count += 1
        return JSONDeferredEncoder(writer: writer, depth: depth, start: start, name: nil)
    }
}
