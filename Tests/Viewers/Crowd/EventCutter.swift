import Glibc

/// Cuts a body into server-sent events (HTML, section 9.2). Keeps nothing where events come whole.
struct EventCutter {
    private var partial: [UInt8] = []

    /// Gives each whole event without the blank line that ends it.
    mutating func cut(_ bytes: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Void) {
        guard partial.isEmpty else {
            var whole = partial
            whole.append(contentsOf: bytes)
            partial = []
            whole.withUnsafeBytes { cutWhole($0, take: take) }
            return
        }
        cutWhole(bytes, take: take)
    }

    private mutating func cutWhole(_ bytes: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Void) {
        var rest = bytes
        while let length = Self.endOfEvent(rest) {
            take(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 2)...])
        }
        if !rest.isEmpty { partial = Array(rest) }
    }

    /// Where the first blank line begins.
    private static func endOfEvent(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        var offset = 0
        while let line = memchr(start + offset, 0x0A, bytes.count - offset) {
            let end = UnsafeRawPointer(line) - start
            guard end + 1 < bytes.count else { return nil }
            if bytes[end + 1] == 0x0A { return end }
            offset = end + 1
        }
        return nil
    }
}
