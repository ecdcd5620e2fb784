/// Looks for the session's cookie in the bytes of a `Cookie` field, before any text is made of them.
enum SessionMark {
    private static let name = Array(SessionCookie.name.utf8)

    /// Whether the first cookie of a session's name has a value; nil where there is none.
    static func isSet(_ field: UnsafeBufferPointer<UInt8>) -> Bool? {
        var start = 0
        while start < field.count {
            let end = field[start...].firstIndex(of: UInt8(ascii: ";")) ?? field.count
            var nameStart = start
            while nameStart < end, field[nameStart] == UInt8(ascii: " ") { nameStart += 1 }
            let nameEnd = nameStart + name.count
            if nameEnd < end, field[nameEnd] == UInt8(ascii: "="), field[nameStart..<nameEnd].elementsEqual(name) {
                return nameEnd + 1 < end
            }
            start = end + 1
        }
        return nil
    }
}
