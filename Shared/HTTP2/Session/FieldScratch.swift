import CNghttp2
import HTTPTypes

/// Lays header fields out as libnghttp2 wants them, in memory that is used again for every message of a loop.
///
/// Names and values are copied once, into one run of bytes; libnghttp2 takes its own copy when the message is
/// submitted.
final class FieldScratch {
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 8)
    private var used = 0
    private var lengths: [(name: Int, value: Int, isSecret: Bool)] = []
    private var vectors: [nghttp2_nv] = []

    deinit {
        bytes.deallocate()
    }

    /// Starts a new message.
    func begin() {
        used = 0
        lengths.removeAll(keepingCapacity: true)
    }

    /// Appends a field whose name is known to be in lower case.
    func append(_ name: StaticString, _ value: String) {
        let nameCount = name.utf8CodeUnitCount
        add(UnsafeRawBufferPointer(start: name.utf8Start, count: nameCount))
        lengths.append((nameCount, add(value), false))
    }

    /// Appends a field with its name in lower case, as HTTP/2 wants it.
    func append(_ field: HTTPField) {
        let nameCount = add(field.name.canonicalName)
        let valueCount = field.withUnsafeBytesOfValue { value in
            add(UnsafeRawBufferPointer(value))
            return value.count
        }
        let isSecret = field.indexingStrategy == .disallow || field.indexingStrategy == .avoid
        lengths.append((nameCount, valueCount, isSecret))
    }

    /// Appends `:status`.
    func appendStatus(_ code: Int) {
        var digits: (UInt8, UInt8, UInt8) = (
            UInt8(truncatingIfNeeded: 48 + code / 100 % 10), UInt8(truncatingIfNeeded: 48 + code / 10 % 10),
            UInt8(truncatingIfNeeded: 48 + code % 10)
        )
        let name: StaticString = ":status"
        add(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        withUnsafeBytes(of: &digits) { add($0) }
        lengths.append((name.utf8CodeUnitCount, 3, false))
    }

    /// Hands the fields over; the pointers are good until `body` returns.
    func withFields<Result>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        vectors.removeAll(keepingCapacity: true)
        guard var cursor = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return body(nil, 0) }
        for length in lengths {
            let flags = length.isSecret ? UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) : 0
            vectors.append(
                nghttp2_nv(
                    name: cursor, value: cursor + length.name, namelen: length.name, valuelen: length.value,
                    flags: flags))
            cursor += length.name + length.value
        }
        return vectors.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
    }

    private func add(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { utf8 in
            add(UnsafeRawBufferPointer(utf8))
            return utf8.count
        }
    }

    private func add(_ source: UnsafeRawBufferPointer) {
        if used + source.count > bytes.count { grow(to: used + source.count) }
        UnsafeMutableRawBufferPointer(rebasing: bytes[used...]).copyMemory(from: source)
        used += source.count
    }

    private func grow(to count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, bytes.count * 2), alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<used]))
        bytes.deallocate()
        bytes = larger
    }
}
