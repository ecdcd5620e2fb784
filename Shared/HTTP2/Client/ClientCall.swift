import HTTPTypes
import NIOCore

/// One call: waits for a stream, is sent, gets its head, then its body. Ends exactly once.
// Unchecked: what never changes is read anywhere. `begin` and all that the connection calls run on the loop's thread;
// `cancel` and `abandon` go there first.
final class ClientCall: BodyInboxOwner, @unchecked Sendable {
    enum State {
        /// In the peer's queue, or on its way.
        case headAwaited
        /// The caller has the head and reads, or waits for the rest.
        case bodyAwaited
        case ended
    }

    /// Who waits, and for what.
    enum Waiter {
        /// For the head; the body is read as it comes.
        case head(CheckedContinuation<Result<ClientResponse, HTTPClientFailure>, Never>)
        /// For all of it, of at most so many bytes. What such an answer says is in its body: its fields are not kept.
        case whole(CheckedContinuation<Result<ClientAnswer, any Error>, Never>, bytesMax: Int)

        func resume(throwing failure: HTTPClientFailure) {
            switch self {
            case .head(let continuation): continuation.resume(returning: .failure(failure))
            case .whole(let continuation, _): continuation.resume(returning: .failure(failure))
            }
        }
    }

    let loop: ConnectionLoop
    let request: ClientRequest
    let deadline: NIODeadline
    /// Whether the deadline holds for the body too.
    let isDeadlineForBody: Bool

    private(set) var state = State.headAwaited
    private(set) var inbox: BodyInbox?
    var streamID: Int32 = -1
    /// Set while the call stands in the connection's table, and nil once it left it.
    var connection: HTTP2ClientConnection?

    /// What is left to send of the request's body.
    var unsent: ByteBuffer

    /// Whether the request's head left.
    var wasSent = false
    /// The peer said that it does not process the stream.
    var wasRefused = false

    private var status = 0
    private var fields = HTTPFields()
    private var headerBytes = 0
    private var isCancelled = false
    private var waiter: Waiter?
    /// The body of an answer that is waited for as a whole.
    private var body: [UInt8] = []
    private var isComplete = false

    init(loop: ConnectionLoop, request: ClientRequest, deadline: NIODeadline, isDeadlineForBody: Bool) {
        self.loop = loop
        self.request = request
        self.deadline = deadline
        self.isDeadlineForBody = isDeadlineForBody
        unsent = request.body
    }

    var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Whether the response came to its end.
    var isWhole: Bool { isComplete }

    /// Whether the caller still waits for something that its deadline covers.
    var hasDeadline: Bool { inbox == nil || isDeadlineForBody }

    /// Notes who waits; false if the call was cancelled before.
    func begin(_ waiter: Waiter) -> Bool {
        self.waiter = waiter
        guard !isCancelled else {
            fail(HTTPClientFailure(kind: .cancelled, wasSent: false, reason: "the task was cancelled"))
            return false
        }
        return true
    }

    // MARK: From anywhere

    /// The caller's task was cancelled while it waited.
    func cancel() {
        loop.run { [self] in
            isCancelled = true
            guard waiter != nil else { return }
            fail(HTTPClientFailure(kind: .cancelled, wasSent: wasSent, reason: "the task was cancelled"))
        }
    }

    /// Nobody will read the body to its end.
    func abandon() {
        loop.run { [self] in
            guard !isEnded else { return }
            fail(HTTPClientFailure(kind: .cancelled, wasSent: wasSent, reason: "the body was let go"))
        }
    }

    // MARK: From the connection

    func headerReceived(
        _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool, _ cache: inout FieldCache, bytesMax: Int
    ) {
        guard case .headAwaited = state else { return }
        let nameBytes = FieldCache.bytes(name)
        let valueBytes = FieldCache.bytes(value)
        headerBytes += nameBytes.count + valueBytes.count + 32
        guard headerBytes <= bytesMax else { return end(withOversizedHead: bytesMax) }
        guard nameBytes.first == UInt8(ascii: ":") else {
            if case .head = waiter, let field = cache.field(name, value, isIndexed: isIndexed, &loop.fieldNames) {
                fields.append(field)
            }
            return
        }
        // libnghttp2 let three digits pass and nothing else.
        status = valueBytes.prefix(3).reduce(0) { $0 * 10 + Int($1 & 15) }
    }

    /// A head is complete. An interim one (1xx) is dropped.
    func headCompleted() {
        guard case .headAwaited = state, let waiter else { return }
        guard (200...999).contains(status) else {
            fields = HTTPFields()
            return
        }
        state = .bodyAwaited
        guard case .head(let continuation) = waiter else { return }
        let inbox = BodyInbox(loop: loop, owner: self)
        self.inbox = inbox
        self.waiter = nil
        let head = HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
        let body = ClientResponseBody(lease: ClientBodyLease(inbox: inbox, call: self))
        continuation.resume(returning: .success(ClientResponse(head: head, body: body)))
    }

    /// More of the body came; true when the peer may send as much again at once.
    func bodyReceived(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard case .bodyAwaited = state, !isComplete else { return true }
        if let inbox {
            inbox.received(ByteBuffer(bytes: bytes))
            return false
        }
        guard case .whole(let continuation, let bytesMax) = waiter else { return true }
        guard body.count + bytes.count <= bytesMax else {
            waiter = nil
            continuation.resume(returning: .failure(BodyReadFailure.tooLarge(bytesMax: bytesMax)))
            fail(HTTPClientFailure(kind: .cancelled, wasSent: wasSent, reason: "the body is too large"))
            return true
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// The response came to its end; a head without an end of its own is none.
    func responseCompleted() {
        guard case .bodyAwaited = state, !isComplete else { return }
        isComplete = true
        inbox?.finished()
        guard case .whole(let continuation, _) = waiter else { return }
        waiter = nil
        let answer = ClientAnswer(status: HTTPResponse.Status(code: status), body: body)
        body = []
        continuation.resume(returning: .success(answer))
        // The peer answered without waiting for all of the request: it does not want the rest.
        if unsent.readableBytes > 0 { connection?.abandon(self) }
    }

    /// The stream is closed in whatever way.
    func closed(_ failure: HTTPClientFailure?) {
        if let failure { fail(failure, resets: false) }
        state = .ended
        inbox?.ownerEnded()
        connection = nil
    }

    /// Ends the call with `failure` and takes it back from the peer.
    func fail(_ failure: HTTPClientFailure, resets: Bool = true) {
        guard !isEnded else { return }
        state = .ended
        waiter?.resume(throwing: failure)
        waiter = nil
        body = []
        inbox?.failed(failure)
        if resets { connection?.abandon(self) }
    }

    // MARK: From the reader

    func bodyReadBegan() {}

    func bodyConsumed(_ bytes: Int) {
        connection?.consume(bytes, streamID: streamID)
    }

    private func end(withOversizedHead bytesMax: Int) {
        fail(.broken(wasSent: true, "the response's head has more than \(bytesMax) bytes"))
    }
}
