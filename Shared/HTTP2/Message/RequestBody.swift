public import NIOCore

/// The bytes of a request as they arrive. One reader; the client may send more only as this is read.
///
/// Fails with `BodyReadFailure`: `.tooLarge` past the listener's `bodyBytesMax`, `.disconnected` when the client
/// went away.
public struct RequestBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    /// Reads a body chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var content: Content

        /// The next bytes, nil at the end.
        public mutating func next() async throws -> ByteBuffer? {
            switch content {
            case .arriving(let inbox): return try await inbox.next()
            case .absent: return nil
            case .read(let result):
                content = .absent
                return try result.get()
            }
        }
    }

    fileprivate enum Content: Sendable {
        case absent
        case arriving(BodyInbox)
        /// It was read already, or could not be.
        case read(Result<ByteBuffer, any Error>)
    }

    private let content: Content

    init(inbox: BodyInbox?) {
        content = inbox.map { Content.arriving($0) } ?? .absent
    }

    init(read: Result<ByteBuffer, any Error>) {
        content = .read(read)
    }

    /// A body without bytes, for tests of handlers.
    public static var empty: RequestBody { RequestBody(inbox: nil) }

    /// True if the request was sent without a body.
    public var isEmpty: Bool {
        switch content {
        case .absent: true
        case .arriving, .read: false
        }
    }

    /// What kept the body from being read by `ServerRequest.withBodyRead`; nil where nothing did.
    public var failure: (any Error)? {
        switch content {
        case .absent, .arriving, .read(.success): nil
        case .read(.failure(let error)): error
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(content: content)
    }

    /// The whole body, or `BodyReadFailure.tooLarge` as soon as it has more than `bytesMax` bytes.
    public nonisolated(nonsending) func collect(upTo bytesMax: Int) async throws -> ByteBuffer {
        switch content {
        case .absent: return ByteBuffer()
        case .arriving(let inbox): return try await BodyCollector.collect(inbox, upTo: bytesMax)
        case .read(let result):
            let bytes = try result.get()
            guard bytes.readableBytes <= bytesMax else { throw BodyReadFailure.tooLarge(bytesMax: bytesMax) }
            return bytes
        }
    }
}
