import CNghttp2

/// Header fields of one request as libnghttp2 wants them, in memory that is used again for each; it takes its own copy.
struct HeaderScratch: ~Copyable {
    /// More than all that a request of ours can have: a session and an admission of 512 bytes each are the longest.
    private static let bytesMax = 8_192
    private static let fieldsMax = 16

    private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: bytesMax)
    private let fields = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: fieldsMax)
    private var used = 0
    private var start = 0
    private var count = 0

    deinit {
        bytes.deallocate()
        fields.deallocate()
    }

    mutating func begin() {
        used = 0
        count = 0
    }

    /// Adds a field; one that is never the same again is kept out of the compressor's table.
    mutating func add(_ name: StaticString, _ value: some Sequence<UInt8>, isUnique: Bool = false) {
        open()
        append(value)
        close(name, isUnique: isUnique)
    }

    /// Adds a field that is the program's own text: both stay where they are.
    mutating func add(_ name: StaticString, _ value: StaticString) {
        let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
        add(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: UnsafeMutablePointer(mutating: value.utf8Start), namelen: name.utf8CodeUnitCount,
                valuelen: value.utf8CodeUnitCount, flags: UInt8(flags)))
    }

    // MARK: A value by pieces

    mutating func open() { start = used }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ value: some Sequence<UInt8>) {
        let (room, left) = (bytes + used, Self.bytesMax - used)
        let copied = value.withContiguousStorageIfAvailable { source in
            precondition(source.count <= left, "a request with too many header bytes")
            if let first = source.baseAddress { room.update(from: first, count: source.count) }
            return source.count
        }
        guard let copied else {
            for byte in value { append(byte) }
            return
        }
        used += copied
    }

    /// In decimal.
    mutating func append(number: UInt64) {
        if number >= 10 { append(number: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    mutating func close(_ name: StaticString, isUnique: Bool = false) {
        let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | (isUnique ? NGHTTP2_NV_FLAG_NO_INDEX.rawValue : 0)
        // The name is the program's own text, and stays where it is.
        add(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start), value: bytes + start,
                namelen: name.utf8CodeUnitCount, valuelen: used - start, flags: UInt8(flags)))
    }

    borrowing func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> Result) -> Result {
        body(fields, count)
    }

    private mutating func add(_ field: nghttp2_nv) {
        precondition(count < Self.fieldsMax, "a request with \(count) header fields")
        (fields + count).initialize(to: field)
        count += 1
    }

    private mutating func append(_ byte: UInt8) {
        precondition(used < Self.bytesMax, "a request with too many header bytes")
        bytes[used] = byte
        used += 1
    }
}
