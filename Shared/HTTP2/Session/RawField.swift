import CNghttp2
import HTTPTypes

/// A header field as libnghttp2 gave it, its two buffers held: nothing was copied.
struct RawField {
    let name: OpaquePointer
    let value: OpaquePointer
    let isIndexed: Bool

    /// Holds a field's buffers until ``release()``.
    init(_ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool) {
        self.name = name
        self.value = value
        self.isIndexed = isIndexed
        nghttp2_rcbuf_incref(name)
        nghttp2_rcbuf_incref(value)
    }

    var valueBytes: UnsafeBufferPointer<UInt8> { FieldCache.bytes(value) }

    func isNamed(_ wanted: HTTPField.Name) -> Bool {
        let bytes = FieldCache.bytes(name)
        let wanted = wanted.canonicalName.utf8
        // By length first: most names are not the one.
        return bytes.count == wanted.count && bytes.elementsEqual(wanted)
    }

    func release() {
        nghttp2_rcbuf_decref(name)
        nghttp2_rcbuf_decref(value)
    }
}
