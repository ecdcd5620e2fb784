/// The standard library's own key type for dictionaries, whose names are data and not Swift members.
enum JSONDictionaryKeys {
    /// Whether a container of this key type belongs to a dictionary.
    static func areKeys(_ type: any CodingKey.Type) -> Bool { ObjectIdentifier(type) == keyType }

    // The type is internal to the standard library: it is learnt once by letting a dictionary ask for its container.
    private static let keyType: ObjectIdentifier = {
        let probe = Probe()
        try? [String: Int]().encode(to: probe)
        return probe.seen ?? ObjectIdentifier(Never.self)
    }()

    private final class Probe: Encoder {
        var seen: ObjectIdentifier?
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            seen = ObjectIdentifier(type)
            return KeyedEncodingContainer(
                JSONKeyedEncodingContainer(writer: JSONWriter(), depth: 1, start: 0, verbatim: true))
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer {
            JSONUnkeyedEncodingContainer(writer: JSONWriter(), depth: 1, start: 0)
        }

        func singleValueContainer() -> any SingleValueEncodingContainer {
            JSONValueEncoder(writer: JSONWriter(), depth: 0, slot: 0)
        }
    }
}
