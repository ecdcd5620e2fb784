import ActorTransport
import Foundation

/// Another coder than the house's: the transport leaves the choice to its user.
struct FoundationCoding: CallCoding {
    let mediaType = "application/json"

    func encode(_ value: some Encodable) throws -> [UInt8] {
        Array(try JSONEncoder().encode(value))
    }

    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
