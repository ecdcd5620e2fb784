public import NIOCore

/// A response body that is asked for its bytes: for fan-out to thousands of viewers without a task for each.
///
/// Lives on the connection's loop: made there, asked there, closed there, so it needs no lock. It is asked only
/// when the stream can take bytes (its window and its socket have room), which makes a viewer that does not read
/// cost nothing: it is simply not asked.
public protocol ResponseSource: AnyObject {
    /// The next bytes, at best no more than `bytesMax` (what is more waits in the transport). Empty bytes mean
    /// `.wait`.
    func next(upTo bytesMax: Int) -> ResponseSourceStep

    /// The viewer took nothing for the listener's `writeStallMilliseconds`: its last words, if there are any. They
    /// reach a viewer that reads on soon, over HTTP/1.1; an HTTP/2 stream without credit is just reset.
    func stalled() -> ByteBuffer?

    /// The response is over: all was sent, or the viewer went away. Called exactly once, and nothing after it.
    func closed()
}

extension ResponseSource {
    /// Nothing more to say.
    public func stalled() -> ByteBuffer? { nil }
}

/// What a `ResponseSource` answers when asked.
public enum ResponseSourceStep: Sendable {
    /// Send these; ask again when they are taken. A buffer shared by many viewers is not copied.
    case bytes(ByteBuffer)
    /// Nothing now: ask again after `ResponseWaker.wake()`.
    case wait
    /// The body is complete.
    case end
    /// End the response so that the viewer can tell that it was cut short.
    case breakOff
}
