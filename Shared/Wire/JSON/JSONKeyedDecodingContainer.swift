/// The members of one object that is being read.
struct JSONKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let document: JSONDocument
    private let node: Int
    private let verbatim: Bool

    init(document: JSONDocument, node: Int) throws(WireJSONFailure) {
        guard document.kind(of: node) == .object else { throw document.wrongType(node, "an object") }
        self.document = document
        self.node = node
        verbatim = JSONDictionaryKeys.areKeys(Key.self)
    }

    var codingPath: [any CodingKey] { document.codingPath(to: node) }

    var allKeys: [Key] {
        var keys: [Key] = []
        var name = node + 1
        let end = document.next(after: node)
        while name < end {
            let swiftName = verbatim ? nil : document.withString(name) { JSONMemberName.swift(of: $0) }
            if let key = swiftName.flatMap(Key.init(stringValue:)) ?? Key(stringValue: document.name(name)) {
                keys.append(key)
            }
            name = document.next(after: name + 1)
        }
        return keys
    }

    private func find(_ name: String) -> Int? { document.value(of: name, in: node, verbatim: verbatim) }

    private func member(_ key: Key) throws(WireJSONFailure) -> Int {
        if let value = find(key.stringValue) { return value }
        let name = verbatim ? key.stringValue : JSONMemberName.json(of: key.stringValue)
        throw document.located(
            WireJSONFailure(.missing, detail: "it must be given").inside(member: name), at: node)
    }

    func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { document.isNull(try member(key)) }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try document.bool(member(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try document.string(member(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try document.double(member(key)) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try document.float(member(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try document.integer(member(key)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try document.integer(member(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try document.integer(member(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try document.integer(member(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try document.integer(member(key)) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try document.integer(member(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try document.integer(member(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try document.integer(member(key)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try document.integer(member(key)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try document.integer(member(key)) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try document.decode(type, member(key)) }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let found = find(key.stringValue), !document.isNull(found) else { return nil }
        return try document.decode(type, found)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        KeyedDecodingContainer(try JSONKeyedDecodingContainer<NestedKey>(document: document, node: member(key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedDecodingContainer(document: document, node: member(key))
    }

    func superDecoder() throws -> any Decoder { superDecoder(named: "super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { superDecoder(named: key.stringValue) }

    private func superDecoder(named name: String) -> any Decoder {
        JSONNodeDecoder(document: document, node: find(name) ?? document.nullNode)
    }
}
