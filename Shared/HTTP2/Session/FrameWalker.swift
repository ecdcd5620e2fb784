/// Follows the frames in a stream of bytes by their heads alone, however the bytes are cut. libnghttp2 does not
/// tell of frames that it ignores, and a flood of those costs time too.
struct FrameWalker {
    private static let headBytes = 9

    /// Bytes to pass over before the next head.
    private var skips: Int
    private var head: (type: UInt8, flags: UInt8, length: Int) = (0, 0, 0)
    private var headCount = 0

    /// - Parameter prefaceBytes: what stands before the first frame.
    init(prefaceBytes: Int) {
        skips = prefaceBytes
    }

    /// How many frames in `bytes` carry neither a request nor credit nor bytes of a body.
    mutating func countControlFrames(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        var index = 0
        while index < bytes.count {
            if skips > 0 {
                let step = min(skips, bytes.count - index)
                skips -= step
                index += step
                continue
            }
            take(bytes[index])
            index += 1
            guard headCount == Self.headBytes else { continue }
            headCount = 0
            skips = head.length
            if isControl { count += 1 }
        }
        return count
    }

    private var isControl: Bool {
        switch head.type {
        case FrameType.data: head.length == 0 && head.flags & FrameFlag.endStream == 0
        case FrameType.headers, FrameType.resetStream, FrameType.windowUpdate: false
        default: true
        }
    }

    private mutating func take(_ byte: UInt8) {
        switch headCount {
        case 0: head.length = Int(byte) << 16
        case 1: head.length |= Int(byte) << 8
        case 2: head.length |= Int(byte)
        case 3: head.type = byte
        case 4: head.flags = byte
        default: break
        }
        headCount += 1
    }
}
