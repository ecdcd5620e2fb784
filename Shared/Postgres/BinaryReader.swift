/// Reads a cell's binary format from its start on.
struct BinaryReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ cell: PostgresCell) throws(PostgresFailure) {
        bytes = try cell.notNull()
    }

    mutating func read<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) throws(PostgresFailure) -> Integer {
        let width = MemoryLayout<Integer>.size
        let slice = try readBytes(width)
        return Integer(bigEndian: slice.loadUnaligned(as: Integer.self))
    }

    mutating func readBytes(_ count: Int) throws(PostgresFailure) -> UnsafeRawBufferPointer {
        guard count >= 0, offset + count <= bytes.count else { throw .unexpectedValue("a value cut short") }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
