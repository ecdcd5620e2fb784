/// One JSON value kept as its bytes: it is written as it stands, and read as the slice that it was.
///
/// For answers that are stored and given again byte for byte, and for what is passed on unread. Only ``WireJSON``
/// codes it; under another coder it fails.
public struct RawJSON: Sendable, Hashable {
    /// The bytes of exactly one JSON value.
    public let bytes: [UInt8]

    /// Takes bytes that are known to be one JSON value; they are not looked at.
    public init(trusting bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Takes bytes from elsewhere.
    ///
    /// - Throws: what is wrong, if they are not exactly one JSON value.
    public init(checking bytes: [UInt8]) throws(WireJSONFailure) {
        self = try WireJSON.decode(RawJSON.self, from: bytes)
    }

    /// The value's bytes as ``WireJSON`` writes them.
    public init(encoding value: some Encodable) throws(WireJSONFailure) {
        bytes = try WireJSON.encode(value)
    }

    /// The value that the bytes hold.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(WireJSONFailure) -> Value {
        try WireJSON.decode(type, from: bytes)
    }
}

extension RawJSON: Codable {
    /// Takes the bytes of the value at hand, without the white space around it.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONNodeDecoder else {
            throw WireJSONFailure(.invalid, detail: "raw JSON is read by WireJSON only")
        }
        bytes = decoder.document.slice(of: decoder.node)
    }

    /// Writes the bytes as they are.
    public func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? JSONValueEncoder else {
            throw WireJSONFailure(.invalid, detail: "raw JSON is written by WireJSON only")
        }
        try encoder.write { $0.append(contentsOf: bytes) }
    }
}
