import CNghttp2
import HTTPTypes

/// Lays header fields out as libnghttp2 wants them, in memory that is used again for every message of a loop.
///
/// Names and values are copied once, into one run of bytes; libnghttp2 takes its own copy when the message is
/// submitted.
struct FieldScratch: ~Copyable {
    /// Fields that were laid out once: their bytes, and where they stand in them.
    struct Layout: Sendable {
        fileprivate struct Shape {
            let nameCount: Int
            let valueCount: Int
            let flags: UInt8
        }

        fileprivate let bytes: [UInt8]
        fileprivate let shapes: [Shape]
    }

    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 8)
    private var used = 0
    private var vectors = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: 64)
    private var count = 0

    deinit {
        bytes.deallocate()
        vectors.deallocate()
    }

    /// Starts a new message.
    mutating func begin() {
        used = 0
        count = 0
    }

    /// Starts a new message with fields that were laid out before.
    mutating func begin(with layout: Layout) {
        begin()
        layout.bytes.withUnsafeBytes { add($0) }
        for shape in layout.shapes { note(shape.nameCount, shape.valueCount, flags: shape.flags) }
    }

    /// What was laid out since the last beginning, to be used again and again.
    var layout: Layout {
        Layout(
            bytes: Array(UnsafeRawBufferPointer(rebasing: bytes[..<used])),
            shapes: vectors[..<count].map {
                Layout.Shape(nameCount: $0.namelen, valueCount: $0.valuelen, flags: $0.flags)
            })
    }

    /// Appends a field whose name is known to be in lower case.
    mutating func append(_ name: StaticString, _ value: String) {
        let nameCount = name.utf8CodeUnitCount
        add(UnsafeRawBufferPointer(start: name.utf8Start, count: nameCount))
        note(nameCount, add(value))
    }

    /// Appends a field with its name in lower case, as HTTP/2 wants it.
    mutating func append(_ field: HTTPField) {
        let name = field.name.canonicalName
        let nameCount = add(name)
        let valueCount = add(field.value)
        let isSecret = field.indexingStrategy == .disallow || field.indexingStrategy == .avoid
        note(nameCount, valueCount, isIndexed: !isSecret && !OneOffFields.contain(name))
    }

    /// Appends a number as a field's value.
    mutating func append(_ name: StaticString, _ value: Int) {
        let nameCount = name.utf8CodeUnitCount
        add(UnsafeRawBufferPointer(start: name.utf8Start, count: nameCount))
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var rest = UInt64(value.magnitude)
        withUnsafeMutableBytes(of: &digits) { digits in
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            add(UnsafeRawBufferPointer(rebasing: digits[start...]))
            note(nameCount, digits.count - start)
        }
    }

    /// Hands the fields over; the pointers are good until `body` returns.
    mutating func withFields<Result>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        guard var cursor = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return body(nil, 0) }
        for index in 0..<count {
            vectors[index].name = cursor
            cursor += vectors[index].namelen
            vectors[index].value = cursor
            cursor += vectors[index].valuelen
        }
        return body(vectors.baseAddress, count)
    }

    private mutating func note(_ nameCount: Int, _ valueCount: Int, isIndexed: Bool = true) {
        note(nameCount, valueCount, flags: isIndexed ? 0 : UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue))
    }

    private mutating func note(_ nameCount: Int, _ valueCount: Int, flags: UInt8) {
        if count == vectors.count { growVectors() }
        (vectors.baseAddress! + count).initialize(
            to: nghttp2_nv(name: nil, value: nil, namelen: nameCount, valuelen: valueCount, flags: flags))
        count += 1
    }

    private mutating func add(_ text: String) -> Int {
        // Swift's own strings are contiguous: no copy but ours.
        if let count = text.utf8.withContiguousStorageIfAvailable({ utf8 in
            add(UnsafeRawBufferPointer(utf8))
            return utf8.count
        }) {
            return count
        }
        let copy = Array(text.utf8)
        copy.withUnsafeBytes { add($0) }
        return copy.count
    }

    private mutating func add(_ source: UnsafeRawBufferPointer) {
        if used + source.count > bytes.count { growBytes(to: used + source.count) }
        UnsafeMutableRawBufferPointer(rebasing: bytes[used...]).copyMemory(from: source)
        used += source.count
    }

    private mutating func growBytes(to count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, bytes.count * 2), alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<used]))
        bytes.deallocate()
        bytes = larger
    }

    private mutating func growVectors() {
        let larger = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: vectors.count * 2)
        _ = larger.moveInitialize(fromContentsOf: vectors)
        vectors.deallocate()
        vectors = larger
    }
}
