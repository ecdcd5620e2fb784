import NIOCore

/// What a connection is to its loop: something to flush at a turn's end and to look after four times a second.
protocol LoopConnection: AnyObject {
    /// True while the connection stands in the loop's list of those to flush.
    var isFlushQueued: Bool { get set }

    /// The connection's place in the loop's list; kept by the loop.
    var loopIndex: Int { get set }

    /// Writes what is ready; called at the end of a turn.
    func flushOutput()

    /// Enforces time limits; called every `ConnectionLoop.tickMilliseconds`.
    func tick(at now: NIODeadline)
}
