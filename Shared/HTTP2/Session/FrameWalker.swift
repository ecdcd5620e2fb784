/// Follows the frames in a stream of bytes by their heads alone, however the bytes are cut. libnghttp2 does not
/// tell of frames that it ignores, and a flood of those costs time too.
struct FrameWalker {
    /// How many frames of which kind a peer is watched for.
    struct Count: Equatable {
        /// Frames that carry neither a request nor credit nor a body worth its frame.
        var control = 0
        /// Frames that give credit.
        var credit = 0
    }

    private static let headBytes = 9
    /// DATA below this size that ends nothing costs more than it carries.
    private static let dataBytesMin = 64

    /// Bytes of all DATA frames that went by.
    private(set) var dataBytes: Int64 = 0

    /// Bytes to pass over before the next head.
    private var skips: Int
    private var head: (type: UInt8, flags: UInt8, length: Int) = (0, 0, 0)
    private var headCount = 0
    private var isInData = false
    private var isInHeadBlock = false

    /// Whether a frame began and is not there to its end, or a message's head; DATA has clocks of its own.
    var isIncomplete: Bool { isInHeadBlock || headCount > 0 || (skips > 0 && !isInData) }

    /// - Parameter prefaceBytes: what stands before the first frame.
    init(prefaceBytes: Int) {
        skips = prefaceBytes
    }

    /// Counts the frames whose heads end in `bytes`.
    mutating func countFrames(_ bytes: UnsafeRawBufferPointer) -> Count {
        var count = Count()
        var index = 0
        while index < bytes.count {
            if skips > 0 {
                let step = min(skips, bytes.count - index)
                if isInData { dataBytes += Int64(step) }
                skips -= step
                index += step
                continue
            }
            take(bytes[index])
            index += 1
            guard headCount == Self.headBytes else { continue }
            headCount = 0
            skips = head.length
            isInData = head.type == FrameType.data
            note(in: &count)
        }
        return count
    }

    private mutating func note(in count: inout Count) {
        switch head.type {
        case FrameType.headers: isInHeadBlock = head.flags & FrameFlag.endHeaders == 0
        case FrameType.resetStream: break
        case FrameType.windowUpdate: count.credit += 1
        // Padding is of use to nobody here.
        case FrameType.data where head.flags & FrameFlag.padded != 0: count.control += 1
        case FrameType.data:
            if head.length < Self.dataBytesMin, head.flags & FrameFlag.endStream == 0 { count.control += 1 }
        case FrameType.continuation:
            isInHeadBlock = head.flags & FrameFlag.endHeaders == 0
            count.control += 1
        default: count.control += 1
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
