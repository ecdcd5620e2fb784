import HTTP2
import NIOCore
import Ticketing
import Wire

/// A channel's viewers on one event loop, and the frames made for them.
///
/// Used on its loop only, where every viewer's connection lives.
final class LoopViewers {
    private let onCountChange: (Int) -> Void
    private var viewers: [ViewerSource] = []
    private var map: ChannelMap?
    private var deltaFrames: [Int64: ByteBuffer] = [:]
    private var snapshotFrame: ByteBuffer?
    private var heartbeat: ByteBuffer?
    private(set) var closingFrame: ByteBuffer?
    /// Counts the heartbeats, so that each viewer knows whether it owes its client one.
    private(set) var beat: UInt32 = 0

    init(map: ChannelMap?, onCountChange: @escaping (Int) -> Void) {
        self.map = map
        self.onCountChange = onCountChange
    }

    // MARK: What the channel tells

    /// The map moved on.
    func advance(to newer: ChannelMap) {
        let isSameLife = map.map { $0.position.epoch == newer.position.epoch } ?? true
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

    /// The streams are to end.
    func close(_ closing: StreamClosing) {
        closingFrame = try? StreamFrames.closing(closing)
        for viewer in viewers { viewer.waker.wake() }
    }

    // MARK: What a viewer asks

    /// The frame that leads from a sequence to where the map stands; nil when there is nothing new.
    func frame(since sequence: Int64) -> (ByteBuffer, reached: Int64)? {
        // A viewer that is ahead of this replica's map waits for it, so that no viewer ever goes back.
        guard let map, sequence < map.position.sequence else { return nil }
        if let frame = deltaFrames[sequence] { return (frame, map.position.sequence) }
        if sequence >= 0, let frame = try? StreamFrames.delta(of: map, after: sequence) {
            deltaFrames[sequence] = frame
            return (frame, map.position.sequence)
        }
        if snapshotFrame == nil { snapshotFrame = try? StreamFrames.snapshot(of: map) }
        return snapshotFrame.map { ($0, map.position.sequence) }
    }

    /// The heartbeat of this beat.
    func heartbeatFrame() -> ByteBuffer? {
        if heartbeat == nil, let map {
            heartbeat = try? StreamFrames.heartbeat(at: map.position, time: .now)
        }
        return heartbeat
    }

    func join(_ viewer: ViewerSource) {
        viewer.place = viewers.count
        viewers.append(viewer)
        onCountChange(1)
    }

    func leave(_ viewer: ViewerSource) {
        let last = viewers.removeLast()
        if last !== viewer {
            viewers[viewer.place] = last
            last.place = viewer.place
        }
        onCountChange(-1)
    }
}
