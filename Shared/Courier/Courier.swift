import CCurl
import NIOCore
import NIOPosix
import Synchronization

/// Hands mails to a server and posts to addresses that others chose, by libcurl, on threads of its own.
///
/// Every transfer ends in the time that it is given, whatever the peer does: says nothing, says half, or never stops.
public final class Courier: Sendable {
    /// Its limits, each with its default beside it.
    public struct Settings: Sendable {
        /// Transfers at once: each has a thread.
        public var threads = 8
        /// How long a transfer that nobody waits for any more may still take, in milliseconds.
        public var graceMilliseconds = 5_000
        /// How long a connection may take to come about, of the time that a transfer has.
        public var connectMillisecondsMax = 10_000

        /// The defaults.
        public init() {}
    }

    private let settings: Settings
    private let threads: NIOThreadPool
    private let idle = Mutex<[CurlHandle]>([])
    private static let isPrepared = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// A courier whose threads run until ``stop()``.
    public init(settings: Settings = Settings()) {
        precondition(Self.isPrepared, "libcurl can't be prepared")
        self.settings = settings
        threads = NIOThreadPool(numberOfThreads: settings.threads)
        threads.start()
    }

    /// Lets what is under way end, and the threads go.
    public func stop() async throws {
        try await threads.shutdownGracefully()
        let handles = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for handle in handles { handle.close() }
    }

    /// Hands a mail over; what the server said when it took it. Connections are kept for the next mail.
    ///
    /// - Throws: `CourierFailure`. One that is not `refused`, `forbidden` or `stopped` may have come after the server took it.
    public func send(
        _ mail: MailMessage, over server: MailServer, milliseconds: Int
    ) async throws -> String {
        try await perform(milliseconds: milliseconds) { stop in
            let handle = self.idle.withLock { $0.popLast() } ?? CurlHandle()
            defer { self.idle.withLock { $0.append(handle) } }
            return try self.send(mail, over: server, by: handle, milliseconds: milliseconds, stop: stop)
        }
    }

    /// Posts a body; the status and the beginning of what was answered. Follows no redirect, and reads no more than
    /// the head and a little of the body.
    public func post(_ post: WebPost, milliseconds: Int) async throws -> WebAnswer {
        try await perform(milliseconds: milliseconds) { stop in
            let handle = CurlHandle()
            defer { handle.close() }
            return try self.post(post, by: handle, milliseconds: milliseconds, stop: stop)
        }
    }

    private func perform<Value: Sendable>(
        milliseconds: Int, _ work: @escaping @Sendable (TransferStop) throws -> Value
    ) async throws -> Value {
        let stop = TransferStop(graceMilliseconds: settings.graceMilliseconds)
        return try await withTaskCancellationHandler {
            do {
                return try await threads.runIfActive {
                    if stop.isCancelled { throw CourierFailure(.stopped, "not begun") }
                    return try work(stop)
                }
            } catch is CancellationError {
                throw CourierFailure(.stopped, "not begun")
            }
        } onCancel: {
            stop.cancel()
        }
    }

    private func send(
        _ mail: MailMessage, over server: MailServer, by handle: CurlHandle, milliseconds: Int, stop: TransferStop
    ) throws -> String {
        let bytes = mail.bytes()
        let transfer = Transfer(outgoing: bytes, stop: stop)
        let curl = handle.curl
        prepare(curl, transfer, url: server.url, protocols: "smtp,smtps", milliseconds: milliseconds)
        let protection = server.protection == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        courier_set_long(curl, CURLOPT_USE_SSL, Int(protection.rawValue))
        if let authorities = server.authorityFile { courier_set_text(curl, CURLOPT_CAINFO, authorities) }
        if let login = server.login {
            courier_set_text(curl, CURLOPT_USERNAME, login.user)
            courier_set_text(curl, CURLOPT_PASSWORD, login.password)
        }
        courier_set_text(curl, CURLOPT_MAIL_FROM, "<\(mail.from.address)>")
        let recipients = curl_slist_append(nil, "<\(mail.to.address)>")
        defer { curl_slist_free_all(recipients) }
        courier_set_pointer(curl, CURLOPT_MAIL_RCPT, recipients)
        courier_set_long(curl, CURLOPT_UPLOAD, 1)
        courier_set_size(curl, CURLOPT_INFILESIZE_LARGE, curl_off_t(bytes.count))
        try perform(handle, transfer)
        return PeerText.shown(transfer.lastLine, charactersMax: 200)
    }

    private func post(
        _ post: WebPost, by handle: CurlHandle, milliseconds: Int, stop: TransferStop
    ) throws -> WebAnswer {
        let transfer = Transfer(outgoing: [], stop: stop, mayReach: post.mayReach)
        let curl = handle.curl
        let protocols = post.allowsClearText ? "http,https" : "https"
        prepare(curl, transfer, url: post.url, protocols: protocols, milliseconds: milliseconds)
        courier_set_long(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        courier_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
        courier_set_long(curl, CURLOPT_FORBID_REUSE, 1)
        courier_set_long(curl, CURLOPT_POST, 1)
        courier_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(post.body.count))
        // The size has to be set before: the bytes are copied.
        _ = post.body.withUnsafeBytes { bytes in
            courier_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
        // libcurl would ask first whether a larger body may come.
        var fields = curl_slist_append(nil, "Expect:")
        for (name, value) in post.headerFields { fields = curl_slist_append(fields, "\(name): \(value)") }
        defer { curl_slist_free_all(fields) }
        courier_set_pointer(curl, CURLOPT_HTTPHEADER, fields)
        do {
            try perform(handle, transfer)
        } catch let failure as CourierFailure {
            // Whoever has answered and then goes on and on has answered.
            guard failure.kind == .tooLong, !transfer.body.isEmpty else { throw failure }
        }
        let status = courier_response_code(curl)
        let excerpt = PeerText.shown(transfer.body, charactersMax: 200)
        guard (200..<300).contains(status) else {
            throw CourierFailure(.refused(code: status), "the address answered \(status) \(excerpt)")
        }
        return WebAnswer(status: status, excerpt: excerpt)
    }

    private func prepare(
        _ curl: UnsafeMutableRawPointer, _ transfer: Transfer, url: String, protocols: String, milliseconds: Int
    ) {
        curl_easy_reset(curl)
        courier_set_long(curl, CURLOPT_NOSIGNAL, 1)
        courier_set_text(curl, CURLOPT_URL, url)
        courier_set_text(curl, CURLOPT_PROTOCOLS_STR, protocols)
        // Neither a proxy of the environment nor anybody's ~/.netrc has a say in it.
        courier_set_text(curl, CURLOPT_PROXY, "")
        courier_set_long(curl, CURLOPT_NETRC, 0)
        courier_set_long(curl, CURLOPT_TIMEOUT_MS, milliseconds)
        // A goodbye behind a failure has a time of its own; without this one it would be two minutes.
        courier_set_long(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, milliseconds / 1_000))
        courier_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, min(settings.connectMillisecondsMax, milliseconds))
        transfer.attach(to: curl)
    }

    private func perform(_ handle: CurlHandle, _ transfer: Transfer) throws {
        let code = withExtendedLifetime(transfer) { handle.perform() }
        guard code != CURLE_OK else { return }
        let line = transfer.refusalLine.isEmpty ? transfer.lastLine : transfer.refusalLine
        let said = PeerText.shown(line, charactersMax: 200)
        let story = "\(handle.lastError(code))\(said.isEmpty ? "" : " (\(said))")"
        if transfer.isForbidden { throw CourierFailure(.forbidden, "nothing may be sent to the address's host") }
        if transfer.isTooLong { throw CourierFailure(.tooLong, "the peer says more than it may") }
        let reply = courier_response_code(handle.curl)
        switch code {
        case CURLE_OPERATION_TIMEDOUT: throw CourierFailure(.timedOut, story)
        case CURLE_SEND_ERROR, CURLE_LOGIN_DENIED, CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED,
            CURLE_UPLOAD_FAILED:
            throw CourierFailure(reply >= 400 ? .refused(code: reply) : .broken, story)
        default: throw CourierFailure(.broken, story)
        }
    }
}
