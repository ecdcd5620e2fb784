/// The encoder of one value: whatever is written through it becomes the value at its slot.
struct JSONValueEncoder: Encoder {
    let writer: JSONWriter
    /// The containers that are open around the value.
    let depth: Int
    /// Where the value begins in the writer's bytes.
    let slot: Int

    // Paths are put together on the way out of a failure; a type's own errors carry theirs from here on.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        container(keyedBy: type, enclosing: "")
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { unkeyedContainer(enclosing: "") }

    func container<Key: CodingKey>(keyedBy type: Key.Type, enclosing: String) -> KeyedEncodingContainer<Key> {
        writer.open(UInt8(ascii: "{"), closer: UInt8(ascii: "}"), depth: depth, slot: slot)
        return KeyedEncodingContainer(
            JSONKeyedEncodingContainer(
                writer: writer, depth: depth + 1, start: slot, enclosing: enclosing,
                verbatim: JSONDictionaryKeys.areKeys(Key.self)))
    }

    func unkeyedContainer(enclosing: String) -> any UnkeyedEncodingContainer {
        writer.open(UInt8(ascii: "["), closer: UInt8(ascii: "]"), depth: depth, slot: slot)
        return JSONUnkeyedEncodingContainer(writer: writer, depth: depth + 1, start: slot, enclosing: enclosing)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func write(_ body: (JSONWriter) throws(WireJSONFailure) -> Void) throws(WireJSONFailure) {
        try writer.beginScalar(slot: slot)
        try body(writer)
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { try write { $0.append(ascii: "null") } }
    func encode(_ value: Bool) throws { try write { $0.append(bool: value) } }
    func encode(_ value: String) throws { try write { $0.append(string: value) } }
    func encode(_ value: Double) throws { try write { (writer) throws(WireJSONFailure) in try writer.append(value) } }
    func encode(_ value: Float) throws { try write { (writer) throws(WireJSONFailure) in try writer.append(value) } }
    func encode(_ value: Int) throws { try write { $0.append(integer: value) } }
    func encode(_ value: Int8) throws { try write { $0.append(integer: value) } }
    func encode(_ value: Int16) throws { try write { $0.append(integer: value) } }
    func encode(_ value: Int32) throws { try write { $0.append(integer: value) } }
    func encode(_ value: Int64) throws { try write { $0.append(integer: value) } }
    func encode(_ value: UInt) throws { try write { $0.append(integer: value) } }
    func encode(_ value: UInt8) throws { try write { $0.append(integer: value) } }
    func encode(_ value: UInt16) throws { try write { $0.append(integer: value) } }
    func encode(_ value: UInt32) throws { try write { $0.append(integer: value) } }
    func encode(_ value: UInt64) throws { try write { $0.append(integer: value) } }
    func encode<T: Encodable>(_ value: T) throws { try value.encode(to: self) }
}

extension JSONWriter {
    func append(bool value: Bool) {
        if value { append(ascii: "true") } else { append(ascii: "false") }
    }

    func append<Value: BinaryFloatingPoint & CustomStringConvertible>(_ value: Value) throws(WireJSONFailure) {
        guard value.isFinite else {
            throw fail(WireJSONFailure(.outOfRange, detail: "JSON has no number for NaN or an infinity"))
        }
        append(description: value.description)
    }
}
