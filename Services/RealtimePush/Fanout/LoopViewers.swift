import HTTP2
import NIOCore
import ServiceRuntime
import Ticketing
import Wire

/// An audience of a channel on one event loop, and the frames made for it.
///
/// Used on its loop only, where every viewer's connection lives.
final class LoopViewers {
    private let frames: StreamFrames
    private let onCountChange: (Int) -> Void
    private var viewers: [ViewerSource] = []
    private var map: ChannelMap?
    /// The sequence at which a seat of the audience changed last: who stands there misses nothing.
    private var changedAt: Int64 = 0
    private var deltaFrames: [Int64: ByteBuffer] = [:]
    private var snapshotFrame: ByteBuffer?
    private var heartbeat: ByteBuffer?
    /// The last words to those who leave, one after the other.
    private(set) var farewell: [ByteBuffer] = []
    private var isClosed = false
    /// When a newer map may be shown.
    var mayAdvanceAt = NIODeadline.uptimeNanoseconds(0)
    /// Counts the heartbeats, so that each viewer knows whether it owes its client one.
    private(set) var beat: UInt32 = 0

    init(_ audience: Audience, map: ChannelMap?, onCountChange: @escaping (Int) -> Void) {
        frames = StreamFrames(audience: audience)
        self.map = map
        changedAt = map?.position.sequence ?? 0
        self.onCountChange = onCountChange
    }

    /// Whether nobody looks.
    var isEmpty: Bool { viewers.isEmpty }

    // MARK: What the channel tells

    /// The map moved on.
    func advance(to newer: ChannelMap) {
        let isSameLife = map.map { $0.position.epoch == newer.position.epoch } ?? true
        if !isSameLife || isTouched(by: newer) { changedAt = newer.position.sequence }
        map = newer
        deltaFrames.removeAll(keepingCapacity: true)
        snapshotFrame = nil
        heartbeat = nil
        for viewer in viewers {
            if !isSameLife { viewer.startAgain() }
            viewer.waker.wake()
        }
    }

    /// Quiet streams are to show that they live.
    func sendHeartbeats() {
        beat &+= 1
        heartbeat = nil
        for viewer in viewers { viewer.waker.wake() }
    }

    /// A share of the streams is to end, one in `share`; with 1 all do, and so do those that come later.
    func close(oneIn share: Int, _ closing: StreamClosing) {
        farewell = [try? frames.closing(closing), frames.end(closing)].compactMap { $0 }
        isClosed = share == 1
        let staying = viewers.filter { !$0.isLeaving }
        for viewer in staying.prefix(DrainPace.share(of: staying.count, stepsLeft: share)) { viewer.leave() }
    }

    // MARK: What a viewer asks

    /// The frame that leads from a sequence to where the map stands; nil when nothing changed for the audience.
    func frame(since sequence: Int64) -> (ByteBuffer, reached: Int64)? {
        sequence < changedAt ? frameToNow(since: sequence) : nil
    }

    /// What shows a viewer who has all changes that its stream lives: the way to where the map stands by now, or the
    /// heartbeat of this beat.
    func quietFrame(at sequence: Int64) -> (ByteBuffer, reached: Int64)? {
        if let frame = frameToNow(since: sequence) { return frame }
        if heartbeat == nil, let map { heartbeat = try? frames.heartbeat(at: map.position, time: .now) }
        return heartbeat.map { ($0, sequence) }
    }

    /// The last word to a viewer that does not read.
    func slowFrame() -> ByteBuffer? {
        frames.end(.slow) ?? (try? frames.closing(.slow))
    }

    func join(_ viewer: ViewerSource) {
        viewer.place = viewers.count
        viewers.append(viewer)
        onCountChange(1)
        if isClosed { viewer.leave() }
    }

    func leave(_ viewer: ViewerSource) {
        let last = viewers.removeLast()
        if last !== viewer {
            viewers[viewer.place] = last
            last.place = viewer.place
        }
        onCountChange(-1)
    }

    private func frameToNow(since sequence: Int64) -> (ByteBuffer, reached: Int64)? {
        // A viewer that is ahead of this replica's map waits for it, so that no viewer ever goes back.
        guard let map, sequence < map.position.sequence else { return nil }
        if let frame = deltaFrames[sequence] { return (frame, map.position.sequence) }
        if sequence >= 0, let frame = try? frames.delta(of: map, after: sequence) {
            deltaFrames[sequence] = frame
            return (frame, map.position.sequence)
        }
        if snapshotFrame == nil { snapshotFrame = try? frames.snapshot(of: map) }
        return snapshotFrame.map { ($0, map.position.sequence) }
    }

    /// Whether a seat of the audience changed on the way to a newer map.
    private func isTouched(by newer: ChannelMap) -> Bool {
        guard let map, frames.audience.selection != nil else { return true }
        return frames.changes(of: newer, after: map.position.sequence)?.isEmpty != true
    }
}
