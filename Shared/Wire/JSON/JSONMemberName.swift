/// Swift's `camelCase` names of members against JSON's `snake_case` ones, byte by byte and without a copy.
///
/// An uppercase letter begins a word after a lowercase letter or a digit, and before a lowercase one: `startsAt` is
/// `starts_at`, `chartURL` is `chart_url`, `latencyP99` is `latency_p99`. A name that is no ASCII identifier stands as
/// it is.
enum JSONMemberName {
    /// The JSON name of a Swift member.
    static func json(of name: String) -> String {
        let name = Array(name.utf8)
        return name.withUnsafeBufferPointer { name in
            guard isIdentifier(name) else { return String(decoding: name, as: UTF8.self) }
            var json: [UInt8] = []
            for index in name.indices {
                if beginsWord(name, index) { json.append(UInt8(ascii: "_")) }
                json.append(lowercased(name[index]))
            }
            return String(decoding: json, as: UTF8.self)
        }
    }

    /// The Swift name of a JSON member, as far as it can be told: an acronym comes back as a word (`chartUrl`).
    static func swift(of name: UnsafeBufferPointer<UInt8>) -> String {
        var swift: [UInt8] = []
        swift.reserveCapacity(name.count)
        var index = 0
        while index < name.count {
            if name[index] == UInt8(ascii: "_"), index > 0, index + 1 < name.count, isLowercase(name[index + 1]) {
                swift.append(name[index + 1] & ~0x20)
                index += 2
            } else {
                swift.append(name[index])
                index += 1
            }
        }
        return String(decoding: swift, as: UTF8.self)
    }

    /// Whether a JSON member is the one of this Swift name.
    static func matches(_ member: UnsafeBufferPointer<UInt8>, name: String, verbatim: Bool) -> Bool {
        name.utf8.withContiguousStorageIfAvailable { matches(member, $0, verbatim) }
            ?? Array(name.utf8).withUnsafeBufferPointer { matches(member, $0, verbatim) }
    }

    private static func matches(
        _ member: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>, _ verbatim: Bool
    ) -> Bool {
        guard member.count >= name.count else { return false }
        // Most names that are passed in a search differ in the first letter, whatever its case.
        if let first = name.first, (member[0] ^ first) & ~0x20 != 0 { return false }
        if verbatim || !isIdentifier(name) { return member.elementsEqual(name) }
        var position = 0
        for index in name.indices {
            if beginsWord(name, index) {
                guard position < member.count, member[position] == UInt8(ascii: "_") else { return false }
                position += 1
            }
            guard position < member.count, member[position] == lowercased(name[index]) else { return false }
            position += 1
        }
        return position == member.count
    }

    static func isIdentifier(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        name.allSatisfy { isLowercase($0) || isUppercase($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    static func beginsWord(_ name: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        guard isUppercase(name[index]), index > 0 else { return false }
        let before = name[index - 1]
        if isLowercase(before) || isDigit(before) { return true }
        return isUppercase(before) && index + 1 < name.count && isLowercase(name[index + 1])
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { isUppercase(byte) ? byte | 0x20 : byte }

    private static func isLowercase(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    private static func isUppercase(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
