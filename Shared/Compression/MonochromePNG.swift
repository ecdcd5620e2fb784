import CZlib

/// A picture of two colours in the PNG format (ISO/IEC 15948).
public enum MonochromePNG {
    /// A picture of `width` times `height` squares, both above zero, of `scale` times `scale` pixels each; dark ones are
    /// black, the others white. Each square is asked for once.
    ///
    /// - Throws: `CompressionFailure` when zlib has no memory.
    public static func encode(
        width: Int, height: Int, scale: Int = 1, isDark: (_ x: Int, _ y: Int) -> Bool
    ) throws(CompressionFailure) -> [UInt8] {
        let rowLength = 1 + (width * scale + 7) / 8
        var rows: [UInt8] = []
        rows.reserveCapacity(height * scale * rowLength)
        for y in 0..<height {
            // Each row says how it was filtered: not at all.
            var row = [UInt8](repeating: 0, count: rowLength)
            for x in 0..<width where !isDark(x, y) {
                for pixel in x * scale..<(x + 1) * scale { row[1 + pixel / 8] |= 0x80 >> UInt8(pixel % 8) }
            }
            for _ in 0..<scale { rows += row }
        }
        // One bit a pixel, greys, the only methods that there are, not interlaced.
        let header = bigEndian(UInt32(width * scale)) + bigEndian(UInt32(height * scale)) + [1, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", try deflated(rows)) + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        let sum = UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count)))
        return bigEndian(UInt32(content.count)) + body + bigEndian(sum)
    }

    private static func deflated(_ bytes: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        var isDone = false
        let capacity = Int(compressBound(UInt(bytes.count)))
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            var length = UInt(capacity)
            isDone =
                compress2(output.baseAddress, &length, bytes, UInt(bytes.count), Z_BEST_COMPRESSION) == Z_OK
            count = isDone ? Int(length) : 0
        }
        guard isDone else { throw CompressionFailure() }
        return output
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
    }
}
