import DequeModule
import NIOCore

/// Whoever fills a `BodyInbox` and wants to know when it is emptied. Called on the loop.
protocol BodyInboxOwner: AnyObject {
    /// The reader is about to wait for the first time.
    func bodyReadBegan()
    /// The reader took `bytes` bytes: the peer may send as many more.
    func bodyConsumed(_ bytes: Int)
}

/// The bytes of a message that arrived and were not yet taken; one reader, filled on the loop.
// Unchecked: the connection fills it on the loop's thread; `next` touches it only where it finds itself on that thread,
// and goes there otherwise.
final class BodyInbox: @unchecked Sendable {
    private enum End {
        case finished
        case failed(any Error)
    }

    private let loop: ConnectionLoop
    /// Held, and let go of by `ownerEnded`: a weak reference would give each owner a side table, and every count of it
    /// that is taken from then on a detour.
    private var owner: (any BodyInboxOwner)?
    private var chunks = Deque<ByteBuffer>()
    private var end: End?
    private var wasRead = false
    private var isReaderCancelled = false
    private var waiter: CheckedContinuation<ByteBuffer?, any Error>?
    /// Who takes everything as it comes, in place of a task that asks; nil before and after.
    private var reader: (any ResponseBodyReader)?

    /// Bytes that wait for the reader.
    private(set) var bufferedBytes = 0

    init(loop: ConnectionLoop, owner: any BodyInboxOwner) {
        self.loop = loop
        self.owner = owner
    }

    var isEnded: Bool { end != nil }

    var eventLoop: any EventLoop { loop.eventLoop }

    func received(_ chunk: ByteBuffer) {
        guard end == nil, chunk.readableBytes > 0 else { return }
        if let reader {
            reader.received(chunk)
        } else if let waiter {
            self.waiter = nil
            owner?.bodyConsumed(chunk.readableBytes)
            waiter.resume(returning: chunk)
        } else {
            bufferedBytes += chunk.readableBytes
            chunks.append(chunk)
        }
    }

    func finished() {
        guard end == nil else { return }
        end = .finished
        waiter?.resume(returning: nil)
        waiter = nil
        dropReader()
    }

    /// Ends the body with `error`. What arrived before it can still be read.
    func failed(_ error: any Error) {
        guard end == nil else { return }
        end = .failed(error)
        waiter?.resume(throwing: error)
        waiter = nil
        dropReader()
    }

    /// The owner has ended, and is told nothing more; whoever makes an inbox has to see to that.
    func ownerEnded() {
        owner = nil
    }

    /// Throws away what waits; for a reader that went away.
    func discard() {
        chunks.removeAll()
        if bufferedBytes > 0 { owner?.bodyConsumed(bufferedBytes) }
        bufferedBytes = 0
    }

    /// Has `reader` given everything, from what waits on.
    func read(by reader: any ResponseBodyReader) {
        loop.eventLoop.preconditionInEventLoop()
        self.reader = reader
        while let chunk = chunks.popFirst() {
            bufferedBytes -= chunk.readableBytes
            reader.received(chunk)
        }
        if end != nil { dropReader() }
    }

    /// The reader is done with so many bytes.
    func taken(_ bytes: Int) {
        if bytes > 0 { owner?.bodyConsumed(bytes) }
    }

    private func dropReader() {
        guard let reader else { return }
        self.reader = nil
        reader.ended()
    }

    /// The next bytes, or nil at the end.
    nonisolated(nonsending) func next() async throws -> ByteBuffer? {
        if loop.eventLoop.inEventLoop, let ready = takeReady() { return try ready.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.run { self.wait(continuation) }
            }
        } onCancel: {
            loop.run { self.cancelWait() }
        }
    }

    private func takeReady() -> Result<ByteBuffer?, any Error>? {
        if let chunk = chunks.popFirst() {
            bufferedBytes -= chunk.readableBytes
            owner?.bodyConsumed(chunk.readableBytes)
            return .success(chunk)
        }
        switch end {
        case .finished: return .success(nil)
        case .failed(let error): return .failure(error)
        case nil: return nil
        }
    }

    private func wait(_ continuation: CheckedContinuation<ByteBuffer?, any Error>) {
        if let ready = takeReady() { return continuation.resume(with: ready) }
        guard waiter == nil else { return continuation.resume(throwing: BodyReadFailure.readTwice) }
        guard !isReaderCancelled else { return continuation.resume(throwing: CancellationError()) }
        waiter = continuation
        if !wasRead {
            wasRead = true
            owner?.bodyReadBegan()
        }
    }

    private func cancelWait() {
        // A cancellation may overtake the wait that it is for.
        isReaderCancelled = true
        waiter?.resume(throwing: CancellationError())
        waiter = nil
    }
}
