public import NIOCore

/// Tells a response's transport that its source has bytes again. May be kept and used from any thread, also when
/// the response is long over.
public struct ResponseWaker: Sendable {
    let loop: ConnectionLoop
    let outbox: BodyOutbox

    /// The loop on which the source lives.
    public var eventLoop: any EventLoop { loop.eventLoop }

    /// Has the source asked as soon as the stream can take bytes. Cheap on the loop; from elsewhere it hops.
    public func wake() {
        // `run` would do, and allocate its closure for each of thousands.
        if loop.eventLoop.inEventLoop {
            loop.turn { outbox.wake() }
        } else {
            loop.run { [outbox] in outbox.wake() }
        }
    }
}
