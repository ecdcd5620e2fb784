/// The members of one object that is being written.
struct JSONKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let writer: JSONWriter
    private let depth: Int
    private let start: Int
    /// The member whose nested container this is, for the path of a failure.
    private let enclosing: String
    private let verbatim: Bool

    init(writer: JSONWriter, depth: Int, start: Int, enclosing: String = "", verbatim: Bool) {
        self.writer = writer
        self.depth = depth
        self.start = start
        self.enclosing = enclosing
        self.verbatim = verbatim
    }

    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: some CodingKey) throws(WireJSONFailure) -> JSONWriter {
        try writer.beginMember(key.stringValue, verbatim: verbatim, depth: depth, start: start)
        return writer
    }

    private func begin(in key: some CodingKey) -> JSONValueEncoder {
        // `nestedContainer` can't throw: the writer keeps the failure.
        _ = try? begin(key)
        return JSONValueEncoder(writer: writer, depth: depth, slot: writer.count)
    }

    private func located(_ failure: WireJSONFailure, _ key: some CodingKey) -> WireJSONFailure {
        let name = verbatim ? key.stringValue : JSONMemberName.json(of: key.stringValue)
        let located = failure.inside(member: name)
        return writer.fail(enclosing.isEmpty ? located : located.inside(member: JSONMemberName.json(of: enclosing)))
    }

    func encodeNil(forKey key: Key) throws { try begin(key).append(ascii: "null") }
    func encode(_ value: Bool, forKey key: Key) throws { try begin(key).append(bool: value) }
    func encode(_ value: String, forKey key: Key) throws { try begin(key).append(string: value) }
    func encode(_ value: Double, forKey key: Key) throws { try floating(value, key) }
    func encode(_ value: Float, forKey key: Key) throws { try floating(value, key) }
    func encode(_ value: Int, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: Int8, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: Int16, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: Int32, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: Int64, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: UInt, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: UInt8, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: UInt16, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: UInt32, forKey key: Key) throws { try begin(key).append(integer: value) }
    func encode(_ value: UInt64, forKey key: Key) throws { try begin(key).append(integer: value) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        _ = try begin(key)
        do {
            try writer.writeValue(value, depth: depth)
        } catch {
            throw located(error, key)
        }
    }

    private func floating(
        _ value: some BinaryFloatingPoint & CustomStringConvertible, _ key: Key
    ) throws(WireJSONFailure) {
        do {
            try begin(key).append(value)
        } catch {
            throw located(error, key)
        }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        begin(in: key).container(keyedBy: keyType, enclosing: key.stringValue)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        begin(in: key).unkeyedContainer(enclosing: key.stringValue)
    }

    func superEncoder() -> any Encoder { superEncoder(named: "super") }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder(named: key.stringValue) }

    private func superEncoder(named name: String) -> any Encoder {
        JSONDeferredEncoder(writer: writer, depth: depth, start: start, name: name)
    }
}
