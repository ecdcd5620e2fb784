/// The growing bytes of one JSON value, and the containers that are open in it.
///
/// Nothing tells an encoder that a container is complete, so it is closed when something is written outside it.
final class JSONWriter {
    private struct Level {
        var start: Int
        var closer: UInt8
        var hasMembers: Bool
    }

    // A pointer and not an array: appending a byte costs one comparison, without a check for uniqueness.
    @exclusivity(unchecked) private var bytes: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private var depth = 0
    @exclusivity(unchecked) private var failure: WireJSONFailure?
    private let levels: UnsafeMutablePointer<Level>

    init() {
        capacity = 480
        bytes = .allocate(capacity: capacity)
        levels = .allocate(capacity: WireJSON.depthMax)
    }

    deinit {
        bytes.deallocate()
        levels.deallocate()
    }

    func takeBytes() -> [UInt8] {
        [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }

    // MARK: Structure

    /// Lets a value write itself, and closes what it left open.
    func writeValue(_ value: some Encodable, depth: Int) throws(WireJSONFailure) {
        let slot = count
        do {
            try value.encode(to: JSONValueEncoder(writer: self, depth: depth, slot: slot))
        } catch {
            throw fail(WireJSONFailure(cause: error))
        }
        if let failure { throw failure }
        close(to: depth)
        if count == slot {
            append(UInt8(ascii: "{"))
            append(UInt8(ascii: "}"))
        }
    }

    /// Remembers a failure, so that a type which swallows it can't make broken JSON of the rest.
    func fail(_ failure: WireJSONFailure) -> WireJSONFailure {
        self.failure = failure
        return failure
    }

    /// Opens a container as the value that starts at `slot`, or finds it open.
    ///
    /// `Encoder.container` can't throw: a failure is kept and thrown by the next write.
    func open(_ opener: UInt8, closer: UInt8, depth level: Int, slot: Int) {
        guard failure == nil else { return }
        if count == slot, depth == level {
            guard level < WireJSON.depthMax else {
                failure = WireJSONFailure(.tooDeep, detail: "at most \(WireJSON.depthMax) containers may be nested")
                return
            }
            levels[level] = Level(start: slot, closer: closer, hasMembers: false)
            append(opener)
            depth = level + 1
        } else if depth > level, levels[level].start == slot, levels[level].closer == closer {
            close(to: level + 1)
        } else {
            failure = Self.misuse
        }
    }

    /// Makes room for the next element of the container that started at `start`.
    func beginElement(depth level: Int, start: Int) throws(WireJSONFailure) {
        if let failure { throw failure }
        guard depth >= level, levels[level - 1].start == start else { throw fail(Self.misuse) }
        close(to: level)
        if levels[level - 1].hasMembers { append(UInt8(ascii: ",")) }
        levels[level - 1].hasMembers = true
    }

    /// Writes the next member's name.
    func beginMember(_ name: String, verbatim: Bool, depth: Int, start: Int) throws(WireJSONFailure) {
        try beginElement(depth: depth, start: start)
        if verbatim { append(string: name) } else { append(memberName: name) }
        append(UInt8(ascii: ":"))
    }

    /// Checks that the value which starts at `slot` is not written yet.
    func beginScalar(slot: Int) throws(WireJSONFailure) {
        if let failure { throw failure }
        guard count == slot else { throw fail(Self.misuse) }
    }

    private func close(to level: Int) {
        while depth > level {
            depth -= 1
            append(levels[depth].closer)
        }
    }

    private static var misuse: WireJSONFailure {
        WireJSONFailure(.invalid, detail: "containers are written one after the other, and each value once")
    }

    // MARK: Bytes

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = Swift.max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: bytes, count: count)
        bytes.deallocate()
        bytes = moved
        capacity = larger
    }

    @inline(__always)
    func append(_ byte: UInt8) {
        if count == capacity { reserve(1) }
        bytes[count] = byte
        count += 1
    }

    func append(contentsOf more: UnsafeBufferPointer<UInt8>) {
        guard let base = more.baseAddress else { return }
        reserve(more.count)
        (bytes + count).update(from: base, count: more.count)
        count += more.count
    }

    func append(contentsOf more: [UInt8]) {
        more.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    func append(ascii text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append<Value: FixedWidthInteger>(integer value: Value) {
        guard Value.bitWidth <= 64 else {
            var text = String(value)
            text.withUTF8 { append(contentsOf: $0) }
            return
        }
        reserve(20)
        if value < 0 {
            bytes[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = UInt64(value.magnitude)
        var digits = 1
        var bound: UInt64 = 10
        while rest >= bound, digits < 20 {
            digits += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            bound = overflow ? .max : next
        }
        var position = count + digits
        count = position
        for _ in 0..<digits {
            position -= 1
            bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Writes the shortest digits that read back as the same number; whole numbers without a point.
    func append(description text: consuming String) {
        text.withUTF8 { digits in
            let isWhole =
                digits.count > 2 && digits[digits.count - 2] == UInt8(ascii: ".")
                && digits[digits.count - 1] == UInt8(ascii: "0")
            append(contentsOf: UnsafeBufferPointer(rebasing: digits.dropLast(isWhole ? 2 : 0)))
        }
    }

    /// Writes a string with its quotes; a Swift string is always well-formed Unicode.
    func append(string text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ append(quoting: $0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { append(quoting: $0) }
        }
    }

    private func append(memberName name: String) {
        if name.utf8.withContiguousStorageIfAvailable({ append(memberName: $0) }) == nil {
            Array(name.utf8).withUnsafeBufferPointer { append(memberName: $0) }
        }
    }

    private func append(memberName name: UnsafeBufferPointer<UInt8>) {
        guard JSONMemberName.isIdentifier(name) else { return append(quoting: name) }
        reserve(2 * name.count + 2)
        var end = bytes + count
        end.pointee = UInt8(ascii: "\"")
        end += 1
        for index in name.indices {
            if JSONMemberName.beginsWord(name, index) {
                end.pointee = UInt8(ascii: "_")
                end += 1
            }
            end.pointee = JSONMemberName.lowercased(name[index])
            end += 1
        }
        end.pointee = UInt8(ascii: "\"")
        count = end + 1 - bytes
    }

    private func append(quoting text: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        var copied = 0
        var position = 0
        while true {
            position = JSONBytes.plainEnd(in: text, from: position)
            append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<position]))
            if position == text.count { break }
            append(escaping: text[position])
            position += 1
            copied = position
        }
        append(UInt8(ascii: "\""))
    }

    private func append(escaping byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(ascii: "u00")
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            append(JSONBytes.hexDigits[Int(byte & 0x0F)])
        }
    }
}
