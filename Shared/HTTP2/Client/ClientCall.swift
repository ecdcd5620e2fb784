import HTTPTypes
import NIOCore

/// One call: waits for a stream, is sent, gets its head, then its body. Ends exactly once.
// Unchecked: what never changes is read anywhere. `begin` and all that the connection calls run on the loop's thread;
// `cancel` and `abandon` go there first.
final class ClientCall: BodyInboxOwner, @unchecked Sendable {
    enum State {
        /// In the peer's queue, or on its way.
        case headAwaited
        /// The caller has the head and reads.
        case bodyAwaited
        case ended
    }

    let loop: ConnectionLoop
    let request: ClientRequest
    let deadline: NIODeadline
    /// Whether the deadline holds for the body too.
    let isDeadlineForBody: Bool

    private(set) var state = State.headAwaited
    private(set) var inbox: BodyInbox?
    var streamID: Int32 = -1
    weak var connection: HTTP2ClientConnection?

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
    private var continuation: CheckedContinuation<Result<ClientResponse, HTTPClientFailure>, Never>?

    init(loop: ConnectionLoop, request: ClientRequest, deadline: NIODeadline, isDeadlineForBody: Bool) {
        self.loop = loop
        self.request = request
        self.deadline = deadline
        self.isDeadlineForBody = isDeadlineForBody
        unsent = request.body
    }

    var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Notes who waits; false if the call was cancelled before.
    func begin(_ continuation: CheckedContinuation<Result<ClientResponse, HTTPClientFailure>, Never>) -> Bool {
        self.continuation = continuation
        guard !isCancelled else {
            fail(HTTPClientFailure(kind: .cancelled, wasSent: false, reason: "the task was cancelled"))
            return false
        }
        return true
    }

    // MARK: From anywhere

    /// The caller's task was cancelled while it waited for the head.
    func cancel() {
        loop.run { [self] in
            isCancelled = true
            guard continuation != nil else { return }
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
            if let field = cache.field(name, value, isIndexed: isIndexed) { fields.append(field) }
            return
        }
        // libnghttp2 let three digits pass and nothing else.
        status = valueBytes.prefix(3).reduce(0) { $0 * 10 + Int($1 & 15) }
    }

    /// A head is complete. An interim one (1xx) is dropped.
    func headCompleted(isResponseComplete: Bool) {
        guard case .headAwaited = state, let continuation else { return }
        guard (200...999).contains(status) else {
            fields = HTTPFields()
            return
        }
        let inbox = BodyInbox(loop: loop, owner: self)
        self.inbox = inbox
        self.continuation = nil
        state = .bodyAwaited
        let head = HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
        if isResponseComplete { responseCompleted() }
        let body = ClientResponseBody(lease: ClientBodyLease(inbox: inbox, call: self))
        continuation.resume(returning: .success(ClientResponse(head: head, body: body)))
    }

    func responseCompleted() {
        inbox?.finished()
    }

    /// The stream is closed in whatever way.
    func closed(_ failure: HTTPClientFailure?) {
        if let failure { fail(failure, resets: false) }
        state = .ended
        connection = nil
    }

    /// Ends the call with `failure` and takes it back from the peer.
    func fail(_ failure: HTTPClientFailure, resets: Bool = true) {
        guard !isEnded else { return }
        state = .ended
        continuation?.resume(returning: .failure(failure))
        continuation = nil
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
