import CZlib

/// The gzip format (RFC 1952).
public enum Gzip {
    /// Bytes as one gzip member, as small as zlib makes them: for what is compressed once and sent often.
    ///
    /// - Throws: `CompressionFailure` when zlib has no memory.
    public static func compress(_ bytes: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        var stream = z_stream()
        guard box_deflate_init_gzip(&stream, Z_BEST_COMPRESSION) == Z_OK else { throw CompressionFailure() }
        defer { deflateEnd(&stream) }
        var input = bytes
        var isDone = false
        let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = output.count - Int(stream.avail_out)
            }
        }
        guard isDone else { throw CompressionFailure() }
        return output
    }
}
