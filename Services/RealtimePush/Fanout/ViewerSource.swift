import HTTP2
import NIOCore

/// One open stream. All that it knows is the sequence that it was last sent.
///
/// Live, lagging and resumed viewers are one code path: whenever the socket has room, the viewer asks for the frame
/// "since my sequence", which is made once for all who stand there.
final class ViewerSource: ResponseSource {
    /// The sequence of a viewer that was sent nothing yet.
    static let nowhere: Int64 = -1

    private let viewers: LoopViewers
    let waker: ResponseWaker
    private var sequence: Int64
    private var beat: UInt32
    private var hasHeardClosing = false
    /// Where the viewer stands in its loop's list.
    var place = 0

    /// Lives on the waker's loop.
    init(viewers: LoopViewers, waker: ResponseWaker, sequence: Int64) {
        self.viewers = viewers
        self.waker = waker
        self.sequence = sequence
        beat = viewers.beat
        viewers.join(self)
    }

    func next(upTo bytesMax: Int) -> ResponseSourceStep {
        if hasHeardClosing { return .end }
        if let closing = viewers.closingFrame {
            hasHeardClosing = true
            return .bytes(closing)
        }
        if let (frame, reached) = viewers.frame(since: sequence) {
            sequence = reached
            beat = viewers.beat
            return .bytes(frame)
        }
        guard beat != viewers.beat, let heartbeat = viewers.heartbeatFrame() else { return .wait }
        beat = viewers.beat
        return .bytes(heartbeat)
    }

    func closed() {
        viewers.leave(self)
    }

    /// The map began anew: nothing that was sent counts.
    func startAgain() {
        sequence = Self.nowhere
    }
}
