import HTTPTypes

#if canImport(Glibc)
import Glibc
#endif

/// Names of header fields that a loop's peers sent lately, ready as values: to make one is to look at each of its bytes
/// and to keep it twice. Looked for by their bytes, since a field that is kept out of HPACK's table brings its name anew.
struct FieldNames: ~Copyable {
    private struct Known {
        let bytes: [UInt8]
        let name: HTTPField.Name
    }

    private static let namesMax = 64
    /// A longer one is not kept.
    private static let bytesMax = 64

    private var known: [Known] = []
    private var oldest = 0

    /// The name of these bytes; nil if they are no token in lower case.
    mutating func name(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPField.Name? {
        // By index: an iterator would copy every entry that it passes.
        for index in known.indices where Self.areSame(known[index].bytes, bytes) { return known[index].name }
        guard let name = HTTPField.Name(parsed: String(decoding: bytes, as: UTF8.self)) else { return nil }
        guard bytes.count <= Self.bytesMax else { return name }
        let new = Known(bytes: Array(bytes), name: name)
        if known.count < Self.namesMax {
            known.append(new)
        } else {
            known[oldest] = new
            oldest = (oldest + 1) % Self.namesMax
        }
        return name
    }

    private static func areSame(_ one: [UInt8], _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.count == other.count, let start = other.baseAddress else { return false }
        return one.withUnsafeBufferPointer { one in
            one.baseAddress.map { memcmp($0, start, other.count) == 0 } ?? false
        }
    }
}
