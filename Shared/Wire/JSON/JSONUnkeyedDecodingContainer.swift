/// The elements of one array that is being read.
struct JSONUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    private let document: JSONDocument
    private let array: Int
    private let end: Int
    private var element: Int
    private(set) var currentIndex = 0

    init(document: JSONDocument, node: Int) throws(WireJSONFailure) {
        guard document.kind(of: node) == .array else { throw document.wrongType(node, "an array") }
        self.document = document
        array = node
        end = document.next(after: node)
        element = node + 1
    }

    var codingPath: [any CodingKey] { document.codingPath(to: array) }
    var count: Int? { document.elementCount(of: array) }
    var isAtEnd: Bool { element == end }

    /// Goes past an element and returns it; one that fails to decode has been passed as well.
    private mutating func take() throws(WireJSONFailure) -> Int {
        guard element < end else {
            throw document.located(
                WireJSONFailure(.missing, detail: "the array is too short").inside(index: currentIndex), at: array)
        }
        defer {
            element = document.next(after: element)
            currentIndex += 1
        }
        return element
    }

    mutating func decodeNil() throws -> Bool {
        guard element < end, document.isNull(element) else { return false }
        _ = try take()
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try document.bool(take()) }
    mutating func decode(_ type: String.Type) throws -> String { try document.string(take()) }
    mutating func decode(_ type: Double.Type) throws -> Double { try document.double(take()) }
    mutating func decode(_ type: Float.Type) throws -> Float { try document.float(take()) }
    mutating func decode(_ type: Int.Type) throws -> Int { try document.integer(take()) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(take()) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(take()) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(take()) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(take()) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try document.integer(take()) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(take()) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(take()) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(take()) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(take()) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try document.decode(type, take()) }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        KeyedDecodingContainer(try JSONKeyedDecodingContainer<NestedKey>(document: document, node: take()))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedDecodingContainer(document: document, node: take())
    }

    mutating func superDecoder() throws -> any Decoder { JSONNodeDecoder(document: document, node: try take()) }
}
