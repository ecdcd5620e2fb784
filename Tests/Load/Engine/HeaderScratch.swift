import CNghttp2

/// Header fields of one request as libnghttp2 wants them, in memory that is used again for each; it takes its own copy.
struct HeaderScratch: ~Copyable {
    /// More than all that a request of ours can have: a session and an admission of 512 bytes each are the longest.
    private static let bytesMax = 8_192
    private static let fieldsMax = 16

    private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: bytesMax)
    private let fields = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: fieldsMax)
    private var used = 0
    private var count = 0

    deinit {
        bytes.deallocate()
        fields.deallocate()
    }

    mutating func begin() {
        used = 0
        count = 0
    }

    /// Adds a field, whose value may have a prefix; one that is never the same again is kept out of the compressor's
    /// table.
    mutating func add(
        _ name: StaticString, prefix: StaticString = "", _ value: some Sequence<UInt8>, isUnique: Bool = false
    ) {
        precondition(count < Self.fieldsMax, "a request with \(count) header fields")
        let start = used
        for byte in UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount) { append(byte) }
        for byte in value { append(byte) }
        let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | (isUnique ? NGHTTP2_NV_FLAG_NO_INDEX.rawValue : 0)
        // The name is the program's own text, and stays where it is.
        let field = nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.utf8Start), value: bytes + start, namelen: name.utf8CodeUnitCount,
            valuelen: used - start, flags: UInt8(flags))
        (fields + count).initialize(to: field)
        count += 1
    }

    mutating func add(_ name: StaticString, _ value: StaticString) {
        add(name, prefix: value, EmptyCollection<UInt8>())
    }

    borrowing func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> Result) -> Result {
        body(fields, count)
    }

    private mutating func append(_ byte: UInt8) {
        precondition(used < Self.bytesMax, "a request with too many header bytes")
        bytes[used] = byte
        used += 1
    }
}
