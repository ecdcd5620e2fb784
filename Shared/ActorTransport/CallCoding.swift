/// The one door through which arguments and results become bytes and back.
public protocol CallCoding: Sendable {
    /// The media type of the bytes.
    var mediaType: String { get }
    /// A value's bytes.
    func encode(_ value: some Encodable) throws -> [UInt8]
    /// A value of hostile bytes.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value
}
