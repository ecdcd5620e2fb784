public import ActorTransport
import Wire

/// Calls are coded by the one JSON door.
public struct WireCallCoding: CallCoding {
    /// JSON.
    public let mediaType = "application/json"

    /// The one value.
    public init() {}

    /// A value as JSON.
    public func encode(_ value: some Encodable) throws -> [UInt8] {
        try WireJSON.encode(value)
    }

    /// A value of hostile JSON.
    public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try WireJSON.decode(type, from: bytes)
    }
}
