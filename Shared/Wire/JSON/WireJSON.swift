/// The one door through which values become JSON bytes and JSON bytes become values.
///
/// Swift's `camelCase` members are JSON's `snake_case` members; members stand in the order of their declaration; a nil
/// member is left out, and an absent or null one is nil; unknown members are ignored. Keys of dictionaries are data
/// and stay as they are. What is not exactly one JSON value (RFC 8259), with no member twice, is refused.
public enum WireJSON {
    /// The most containers that may stand inside one another.
    public static let depthMax = 32

    /// Encodes a value.
    ///
    /// - Throws: `out_of_range` for NaN or an infinity, `too_deep`, or `invalid` for what JSON can't say.
    public static func encode<Value: Encodable>(_ value: Value) throws(WireJSONFailure) -> [UInt8] {
        let writer = JSONWriter()
        try writer.writeValue(value, depth: 0)
        return writer.takeBytes()
    }

    /// Decodes a value from bytes that hold one JSON value and nothing else but white space.
    ///
    /// Any bytes may be given: the worst that they do is a failure. U+0000 is refused in strings (as `invalid`),
    /// since neither C strings nor PostgreSQL's text can hold it.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Collection<UInt8>
    ) throws(WireJSONFailure) -> Value {
        let document = JSONDocument(copying: bytes)
        try JSONParser.parse(document)
        do {
            return try document.decode(type, JSONDocument.rootNode)
        } catch {
            var failure = error
            failure.isLocated = false
            throw failure
        }
    }
}
