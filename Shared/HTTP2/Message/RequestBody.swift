public import NIOCore

/// The bytes of a request as they arrive. One reader; the client may send more only as this is read.
///
/// Fails with `BodyReadFailure`: `.tooLarge` past the listener's `bodyBytesMax`, `.disconnected` when the client
/// went away.
public struct RequestBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    /// Reads a body chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let inbox: BodyInbox?

        /// The next bytes, nil at the end.
        public mutating func next() async throws -> ByteBuffer? {
            try await inbox?.next()
        }
    }

    let inbox: BodyInbox?

    /// A body without bytes, for tests of handlers.
    public static var empty: RequestBody { RequestBody(inbox: nil) }

    /// True if the request was sent without a body.
    public var isEmpty: Bool { inbox == nil }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(inbox: inbox)
    }

    /// The whole body, or `BodyReadFailure.tooLarge` as soon as it has more than `bytesMax` bytes.
    public func collect(upTo bytesMax: Int) async throws -> ByteBuffer {
        try await BodyCollector.collect(inbox, upTo: bytesMax)
    }
}
