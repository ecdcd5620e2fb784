import HTTP2
import NIOCore

/// A body that is asked for: some pieces, then a wait that only the connection's end ends.
final class FuzzedSource: ResponseSource {
    private var pieces = 3
    private let whenClosed: () -> Void

    init(whenClosed: @escaping () -> Void) {
        self.whenClosed = whenClosed
    }

    func next(upTo bytesMax: Int) -> ResponseSourceStep {
        guard pieces > 0 else { return .wait }
        pieces -= 1
        return .bytes(ByteBuffer(repeating: 99, count: min(bytesMax, 700)))
    }

    func stalled() -> ByteBuffer? { ByteBuffer(string: "last words") }

    func closed() { whenClosed() }
}
