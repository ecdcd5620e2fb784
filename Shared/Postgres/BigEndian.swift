extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func appendBigEndian<Integer: FixedWidthInteger>(_ integer: Integer) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites the bytes at an offset with an integer in network byte order.
    mutating func putBigEndian<Integer: FixedWidthInteger>(_ integer: Integer, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: integer.bigEndian, toByteOffset: offset, as: Integer.self) }
    }
}
