/// The encoded parameters of one statement: one buffer, and where in it each parameter lies.
public struct PostgresParameters: Sendable {
    struct Parameter: Sendable {
        let type: PostgresType
        let offset: Int
        /// -1 for a null.
        let length: Int32
        /// 0 text (ended by a zero byte, as libpq wants it), 1 binary.
        let format: Int32
    }

    private(set) var parameters: [Parameter] = []
    private(set) var bytes: [UInt8] = []
    private(set) var holdsZeroByteInText = false

    init(_ values: [any PostgresEncodable]) {
        parameters.reserveCapacity(values.count)
        for value in values { value.encode(into: &self) }
    }

    /// Appends a null of the type.
    public mutating func appendNull(_ type: PostgresType) {
        parameters.append(Parameter(type: type, offset: bytes.count, length: -1, format: 1))
    }

    /// Appends a text of a type that the server infers. A text with U+0000 is refused when it is to be sent.
    public mutating func appendText(_ text: String) {
        let offset = bytes.count
        bytes.append(contentsOf: text.utf8)
        let length = bytes.count - offset
        if bytes[offset...].contains(0) { holdsZeroByteInText = true }
        bytes.append(0)
        parameters.append(Parameter(type: .inferred, offset: offset, length: Int32(length), format: 0))
    }

    /// Appends a value in the type's binary format, written by `body`.
    public mutating func appendBinary(_ type: PostgresType, _ body: (inout [UInt8]) -> Void) {
        let offset = bytes.count
        body(&bytes)
        let length = Int32(bytes.count - offset)
        parameters.append(Parameter(type: type, offset: offset, length: length, format: 1))
    }
}
