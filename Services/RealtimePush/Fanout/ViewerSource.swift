import HTTP2
import Metrics
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
    /// Whether the stream is to end.
    private(set) var isLeaving = false
    /// How many of the last words it was sent.
    private var wordsSaid: UInt8 = 0
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
        if isLeaving { return sayFarewell() }
        if let (frame, reached) = viewers.frame(since: sequence) { return send(frame, reaching: reached) }
        guard beat != viewers.beat, let (frame, reached) = viewers.quietFrame(at: sequence) else { return .wait }
        return send(frame, reaching: reached)
    }

    func stalled() -> ByteBuffer? {
        ViewerMetrics.closedSlow.increment()
        return viewers.slowFrame()
    }

    func closed() {
        viewers.leave(self)
    }

    /// The map began anew: nothing that was sent counts.
    func startAgain() {
        sequence = Self.nowhere
    }

    /// The stream is to end with its audience's last word.
    func leave() {
        isLeaving = true
        ViewerMetrics.closedDraining.increment()
        waker.wake()
    }

    private func sayFarewell() -> ResponseSourceStep {
        guard Int(wordsSaid) < viewers.farewell.count else { return .end }
        defer { wordsSaid += 1 }
        return .bytes(viewers.farewell[Int(wordsSaid)])
    }

    private func send(_ frame: ByteBuffer, reaching reached: Int64) -> ResponseSourceStep {
        sequence = reached
        beat = viewers.beat
        return .bytes(frame)
    }
}
