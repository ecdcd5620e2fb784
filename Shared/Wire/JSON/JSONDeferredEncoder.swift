/// A super encoder: its member or element begins when something is written through it, and not before.
final class JSONDeferredEncoder: Encoder {
    private let writer: JSONWriter
    private let depth: Int
    private let start: Int
    private let name: String?
    private var begun: JSONValueEncoder?

    /// - Parameter name: the member's name; nil for an array's element.
    init(writer: JSONWriter, depth: Int, start: Int, name: String?) {
        self.writer = writer
        self.depth = depth
        self.start = start
        self.name = name
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private func begin() -> JSONValueEncoder {
        if let begun { return begun }
        // An `Encoder` can't throw: the writer keeps the failure.
        if let name {
            _ = try? writer.beginMember(name, verbatim: false, depth: depth, start: start)
        } else {
            _ = try? writer.beginElement(depth: depth, start: start)
        }
        let encoder = JSONValueEncoder(writer: writer, depth: depth, slot: writer.count)
        begun = encoder
        return encoder
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        begin().container(keyedBy: type)
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { begin().unkeyedContainer() }
    func singleValueContainer() -> any SingleValueEncodingContainer { begin() }
}
