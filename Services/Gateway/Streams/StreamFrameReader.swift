import Glibc
import NIOCore
import Wire

/// Cuts the bytes of a stream into its messages, however they arrive. The peer is the house's own and writes each as
/// `id`, `event` and one line of `data` (HTML, section 9.2); anything else is passed over.
struct StreamFrameReader {
    /// Bytes of one message; a stadium's map has some twenty thousand.
    static let frameBytesMax = 4_194_304

    private static let newline = UInt8(ascii: "\n")

    private var unread = ByteBuffer()

    /// More of the stream; false when a message is too long.
    mutating func append(_ chunk: ByteBuffer) -> Bool {
        if unread.readableBytes == 0 {
            unread = chunk
        } else {
            unread.writeImmutableBuffer(chunk)
        }
        return unread.readableBytes <= Self.frameBytesMax
    }

    /// The next message that is whole.
    mutating func next() -> StreamFrame? {
        while let length = lengthToEmptyLine(), let bytes = unread.readSlice(length: length) {
            if let frame = Self.frame(bytes) { return frame }
        }
        return nil
    }

    private func lengthToEmptyLine() -> Int? {
        unread.withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var from = 0
            while from < bytes.count, let found = memchr(start + from, Int32(Self.newline), bytes.count - from) {
                from = UnsafeRawPointer(found) - start + 1
                if from < bytes.count, bytes[from] == Self.newline { return from + 1 }
            }
            return nil
        }
    }

    private static func frame(_ bytes: ByteBuffer) -> StreamFrame? {
        var event: String?
        var position: SeatsPosition?
        var lines = bytes
        while let length = lines.readableBytesView.firstIndex(of: newline).map({ $0 - lines.readerIndex }) {
            guard length > 0, var line = lines.readSlice(length: length) else { return nil }
            lines.moveReaderIndex(forwardBy: 1)
            guard let colon = line.readableBytesView.prefix(8).firstIndex(of: UInt8(ascii: ":")),
                let name = line.readString(length: colon - line.readerIndex)
            else { continue }
            line.moveReaderIndex(forwardBy: min(2, line.readableBytes))
            switch name {
            case "id": position = SeatsPosition(text: String(buffer: line))
            case "event": event = String(buffer: line)
            case "data":
                guard let event, line.readableBytes > 1 else { return nil }
                return StreamFrame(event: event, position: position, data: line, bytes: bytes)
            default: break
            }
        }
        return nil
    }
}
