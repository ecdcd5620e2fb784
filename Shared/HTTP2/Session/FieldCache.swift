import CNghttp2
import HTTPTypes

/// Header fields that a connection's peer sent lately. What stands in HPACK's table comes as the same two buffers
/// each time, so that a repeated field costs two comparisons of pointers and not two strings.
///
/// Holds the buffers, so that their addresses are not used again while they are compared with.
struct FieldCache: ~Copyable {
    private struct Entry {
        let name: OpaquePointer
        let value: OpaquePointer
        let field: HTTPField?
        let text: String
    }

    private static let entriesMax = 16
    /// A longer value is not kept: a connection's cache stays small.
    private static let valueBytesMax = 256

    private var entries: [Entry] = []
    private var oldest = 0

    deinit {
        for entry in entries { Self.release(entry) }
    }

    /// The field of these buffers; nil for a pseudo field or a name that is no token. One that the peer keeps out of
    /// HPACK's table comes in a buffer of its own each time: it is neither looked for nor kept.
    mutating func field(
        _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool, _ names: inout FieldNames
    ) -> HTTPField? {
        if isIndexed, let index = index(name, value) { return entries[index].field }
        guard let known = names.name(Self.bytes(name)) else { return nil }
        let field = Self.makeField(known, Self.bytes(value))
        // A length is never in the table: it would only push out what is.
        if isIndexed, known != .contentLength { remember(Entry(name: name, value: value, field: field, text: "")) }
        return field
    }

    /// The value of a pseudo field as text.
    mutating func text(_ name: OpaquePointer, _ value: OpaquePointer) -> String {
        if let index = index(name, value) { return entries[index].text }
        let text = String(decoding: Self.bytes(value), as: UTF8.self)
        remember(Entry(name: name, value: value, field: nil, text: text))
        return text
    }

    static func bytes(_ buffer: OpaquePointer) -> UnsafeBufferPointer<UInt8> {
        let vector = nghttp2_rcbuf_get_buf(buffer)
        return UnsafeBufferPointer(start: vector.base, count: vector.len)
    }

    private func index(_ name: OpaquePointer, _ value: OpaquePointer) -> Int? {
        // By index: an iterator would copy every entry that it passes.
        for index in entries.indices where entries[index].value == value && entries[index].name == name {
            return index
        }
        return nil
    }

    private mutating func remember(_ entry: Entry) {
        guard Self.bytes(entry.value).count <= Self.valueBytesMax else { return }
        nghttp2_rcbuf_incref(entry.name)
        nghttp2_rcbuf_incref(entry.value)
        guard entries.count == Self.entriesMax else { return entries.append(entry) }
        Self.release(entries[oldest])
        entries[oldest] = entry
        oldest = (oldest + 1) % Self.entriesMax
    }

    private static func makeField(_ name: HTTPField.Name, _ value: UnsafeBufferPointer<UInt8>) -> HTTPField {
        // ASCII as a rule, and then a string by the short way; other bytes may be no UTF-8, and are kept as they are.
        guard value.allSatisfy({ $0 < 0x80 }) else { return HTTPField(name: name, value: value) }
        return HTTPField(name: name, value: String(decoding: value, as: UTF8.self))
    }

    private static func release(_ entry: Entry) {
        nghttp2_rcbuf_decref(entry.name)
        nghttp2_rcbuf_decref(entry.value)
    }
}
