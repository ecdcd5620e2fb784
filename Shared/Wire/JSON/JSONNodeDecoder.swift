/// The decoder of one value of a document.
struct JSONNodeDecoder: Decoder {
    let document: JSONDocument
    let node: Int

    var codingPath: [any CodingKey] { document.codingPath(to: node) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try JSONKeyedDecodingContainer(document: document, node: node))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedDecodingContainer(document: document, node: node)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension JSONNodeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { document.isNull(node) }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(node) }
    func decode(_ type: String.Type) throws -> String { try document.string(node) }
    func decode(_ type: Double.Type) throws -> Double { try document.double(node) }
    func decode(_ type: Float.Type) throws -> Float { try document.float(node) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(node) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(node) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(node) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(node) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(node) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(node) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(node) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(node) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(node) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(node) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try document.decode(type, node) }
}
