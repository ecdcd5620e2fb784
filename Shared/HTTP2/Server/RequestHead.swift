import HTTPTypes

/// A request's head while its fields arrive. One at a time on a connection: nothing comes between the frames of a
/// head (RFC 9113, 6.10).
struct RequestHead {
    private(set) var method = ""
    private(set) var path: String?
    private(set) var scheme: String?
    private(set) var authority: String?
    private(set) var fields = HTTPFields()
    private var bytesLeft: Int
    private var fieldsLeft: Int
    private let bombBytes: Int
    private let bombFields: Int

    /// Whether there is more of it than the listener takes.
    var isTooLarge: Bool { bytesLeft < 0 || fieldsLeft < 0 }

    /// Whether there is so much more that it can only be meant to cost.
    var isBomb: Bool { bytesLeft < bombBytes || fieldsLeft < bombFields }

    init(_ settings: HTTPServerSettings) {
        bytesLeft = settings.headerBytesMax
        fieldsLeft = settings.headerFieldsMax
        bombBytes = -3 * settings.headerBytesMax
        bombFields = -3 * settings.headerFieldsMax
    }

    /// Counts a field without taking it.
    mutating func counted(_ name: OpaquePointer, _ value: OpaquePointer) {
        bytesLeft -= FieldCache.bytes(name).count + FieldCache.bytes(value).count + 32
        fieldsLeft -= 1
    }

    /// Takes a field, unless it is one too many: then nothing is copied from here on.
    mutating func received(
        _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool, _ cache: inout FieldCache,
        _ names: inout FieldNames
    ) {
        counted(name, value)
        guard !isTooLarge else { return }
        let nameBytes = FieldCache.bytes(name)
        guard nameBytes.first == UInt8(ascii: ":") else {
            // Room for all of most requests at once: a list that grows is copied time and again.
            if fields.isEmpty { fields.reserveCapacity(12) }
            if let field = cache.field(name, value, isIndexed: isIndexed, &names) { fields.append(field) }
            return
        }
        // libnghttp2 let the five known ones pass and nothing else.
        switch nameBytes[1] {
        case UInt8(ascii: "m"): method = cache.text(name, value)
        case UInt8(ascii: "s"): scheme = cache.text(name, value)
        case UInt8(ascii: "a"): authority = cache.text(name, value)
        // Paths differ from request to request and would push the rest out of the cache.
        case UInt8(ascii: "p") where nameBytes.count == 5:
            path = String(decoding: FieldCache.bytes(value), as: UTF8.self)
        default: break
        }
    }
}
