/// Takes the chunks of an HTTP/1.1 body apart (RFC 9112, section 7.1).
struct ChunkReader {
    private enum State {
        case size(Int)
        case sizeEnd(Int)
        case content(left: Int)
        case contentEnd(left: Int)
        case over
    }

    private var state = State.size(0)

    /// Whether the last chunk came.
    var isOver: Bool {
        if case .over = state { true } else { false }
    }

    /// Gives the content of what came.
    mutating func read(_ bytes: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Void) {
        var index = 0
        while index < bytes.count {
            switch state {
            case .size(let size):
                let byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "\r") {
                    state = .sizeEnd(size)
                } else if let digit = Character(Unicode.Scalar(byte)).hexDigitValue {
                    state = .size(size << 4 | digit)
                }
            case .sizeEnd(let size):
                index += 1
                state = size == 0 ? .over : .content(left: size)
            case .content(let left):
                let count = min(left, bytes.count - index)
                take(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
                index += count
                state = count == left ? .contentEnd(left: 2) : .content(left: left - count)
            case .contentEnd(let left):
                index += 1
                state = left == 1 ? .size(0) : .contentEnd(left: left - 1)
            case .over:
                return
            }
        }
    }
}
