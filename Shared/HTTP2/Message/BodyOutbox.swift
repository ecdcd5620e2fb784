import DequeModule
import NIOCore

/// Whoever sends what a `BodyOutbox` holds. Called on the loop.
protocol BodyOutboxOwner: AnyObject {
    /// There is something to send, or the end of it.
    func outputReady()
}

/// The bytes of a response on their way to the socket, from a writer's task or from a source that is asked.
// Unchecked: the connection empties it on the loop's thread; `write` touches it only where it finds itself on that thread,
// and goes there otherwise; what else a producer calls makes sure that it is there.
final class BodyOutbox: @unchecked Sendable {
    /// What a sender gets when it asks for bytes.
    enum Next {
        case bytes(ByteBuffer)
        case wait
        case end
        case broken
    }

    /// What became of a chunk.
    enum Written {
        case taken
        case stalled
        case disconnected
    }

    private let loop: ConnectionLoop
    /// Nil once the response is over. Not weak: each wake of thousands would pay for that.
    private var owner: (any BodyOutboxOwner)?
    private let bufferBytesMax: Int
    private var chunks = Deque<ByteBuffer>()
    private var bufferedBytes = 0
    private var isFinished = false
    private var isBroken = false
    private var isClosed = false
    private var isStalled = false
    private var source: (any ResponseSource)?
    private var wasWoken = false
    private var writers: [CheckedContinuation<Written, Never>] = []

    /// True while the sender was told to wait and `outputReady` is owed to it.
    private var isWaitedFor = true

    init(loop: ConnectionLoop, owner: any BodyOutboxOwner, bufferBytesMax: Int) {
        self.loop = loop
        self.owner = owner
        self.bufferBytesMax = bufferBytesMax
    }

    /// True once every byte was taken.
    var isAtEnd: Bool { isFinished && chunks.isEmpty && source == nil }

    // MARK: The sender's side

    /// Up to `bytesMax` bytes to send.
    func next(upTo bytesMax: Int) -> Next {
        if isBroken { return .broken }
        guard var chunk = takeBuffered() ?? askSource(bytesMax) else {
            if isBroken { return .broken }
            if isFinished { return .end }
            isWaitedFor = true
            return .wait
        }
        if chunk.readableBytes > bytesMax, let part = chunk.readSlice(length: bytesMax) {
            bufferedBytes += chunk.readableBytes
            chunks.prepend(chunk)
            chunk = part
        }
        releaseWriters()
        return .bytes(chunk)
    }

    private func takeBuffered() -> ByteBuffer? {
        guard let chunk = chunks.popFirst() else { return nil }
        bufferedBytes -= chunk.readableBytes
        return chunk
    }

    /// The response is over, sent whole or not: wakes who writes and lets the source go.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        owner = nil
        chunks.removeAll()
        bufferedBytes = 0
        releaseWriters()
        source?.closed()
        source = nil
    }

    /// The peer takes nothing: has the producer say its last words, which end the body.
    func stall() {
        guard !isClosed, !isFinished, !isStalled else { return }
        isStalled = true
        guard let source else { return releaseWriters() }
        if let words = source.stalled() { append(words) }
        isFinished = true
        dropSource()
    }

    // MARK: The producer's side

    func start(_ source: any ResponseSource) {
        guard !isClosed else { return source.closed() }
        self.source = source
        announce()
    }

    /// Appends `chunk` and waits until less than `bufferBytesMax` bytes wait. What is written after a stall is the end.
    func write(_ chunk: ByteBuffer) async -> Written {
        if loop.eventLoop.inEventLoop {
            append(chunk)
            if isClosed { return .disconnected }
            if bufferedBytes < bufferBytesMax { return .taken }
            return await withCheckedContinuation { writers.append($0) }
        }
        return await withCheckedContinuation { continuation in
            loop.run {
                self.append(chunk)
                self.writers.append(continuation)
                self.releaseWriters()
            }
        }
    }

    func finish() {
        loop.eventLoop.preconditionInEventLoop()
        guard !isClosed, !isFinished else { return }
        isFinished = true
        announce()
    }

    /// Ends the response so that the client can tell that it is cut short.
    func breakOff() {
        loop.eventLoop.preconditionInEventLoop()
        guard !isClosed, !isFinished else { return }
        isBroken = true
        announce()
    }

    /// Has the source asked again.
    func wake() {
        loop.eventLoop.preconditionInEventLoop()
        wasWoken = true
        announce()
    }

    private func append(_ chunk: ByteBuffer) {
        guard !isClosed, !isFinished, chunk.readableBytes > 0 else { return }
        bufferedBytes += chunk.readableBytes
        chunks.append(chunk)
        if isStalled { isFinished = true }
        announce()
    }

    private func announce() {
        guard isWaitedFor, !isClosed else { return }
        isWaitedFor = false
        owner?.outputReady()
    }

    private func askSource(_ bytesMax: Int) -> ByteBuffer? {
        guard let source else { return nil }
        repeat {
            wasWoken = false
            switch source.next(upTo: bytesMax) {
            case .bytes(let chunk):
                guard chunk.readableBytes > 0 else { continue }
                return chunk
            case .wait:
                // Woken while it was asked: ask once more.
                continue
            case .end:
                isFinished = true
                dropSource()
                return nil
            case .breakOff:
                isBroken = true
                dropSource()
                return nil
            }
        } while wasWoken
        return nil
    }

    private func dropSource() {
        let source = source
        self.source = nil
        source?.closed()
    }

    private func releaseWriters() {
        guard !writers.isEmpty, isClosed || isStalled || bufferedBytes < bufferBytesMax else { return }
        let released = writers
        writers.removeAll()
        let outcome: Written = isClosed ? .disconnected : isStalled ? .stalled : .taken
        for writer in released { writer.resume(returning: outcome) }
    }
}
