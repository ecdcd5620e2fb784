public import HTTPTypes
public import NIOCore

/// What a peer answered: the head is there, the body comes as it is read.
public struct ClientResponse: Sendable {
    /// Status and header fields.
    public let head: HTTPResponse
    /// The bytes that follow.
    public let body: ClientResponseBody

    /// The status.
    public var status: HTTPResponse.Status { head.status }
}

/// A response's body as it arrives. The peer may send more (64 kB ahead) only as this is read; one reader.
///
/// Letting go of it before its end resets the stream. Fails with `HTTPClientFailure`, or with
/// `BodyReadFailure.tooLarge` from `collect(upTo:)`.
public struct ClientResponseBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    /// Reads a body chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let lease: ClientBodyLease

        /// The next bytes, nil at the end.
        public mutating func next() async throws -> ByteBuffer? {
            try await lease.inbox.next()
        }
    }

    let lease: ClientBodyLease

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease: lease)
    }

    /// The whole body, or `BodyReadFailure.tooLarge` as soon as it has more than `bytesMax` bytes.
    public nonisolated(nonsending) func collect(upTo bytesMax: Int) async throws -> ByteBuffer {
        try await BodyCollector.collect(lease.inbox, upTo: bytesMax)
    }

    /// Tells the peer that the rest is not wanted.
    public func cancel() {
        lease.cancel()
    }
}

/// Holds a call's stream open as long as somebody may read its body.
final class ClientBodyLease: Sendable {
    let inbox: BodyInbox
    private let call: ClientCall

    init(inbox: BodyInbox, call: ClientCall) {
        self.inbox = inbox
        self.call = call
    }

    deinit {
        cancel()
    }

    func cancel() {
        call.abandon()
    }
}
