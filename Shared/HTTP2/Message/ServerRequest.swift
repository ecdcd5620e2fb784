public import HTTPTypes
public import NIOCore

/// A request as a handler sees it. Small: a copy is three references.
public struct ServerRequest: Sendable {
    private var origin: RequestOrigin
    /// The body once it was read; what is left of the origin is as it was.
    private var readBody: RequestBody?

    /// What stood in the places of the route's `{name}`s.
    public var pathParameters = PathParameters()
    /// The template of the route that answers, as it was registered; nil outside of a `RouteTable` or on 404.
    public var routeTemplate: String?

    init(origin: RequestOrigin) {
        self.origin = origin
    }

    public init(
        head: HTTPRequest, body: RequestBody = .empty, remoteAddress: SocketAddress? = nil,
        protocolVersion: ProtocolVersion = .http2, eventLoop: any EventLoop
    ) {
        let peer = RequestPeer(
            remoteAddress: remoteAddress, protocolVersion: protocolVersion, isSecure: false, eventLoop: eventLoop)
        origin = RequestOrigin(head, body: body, peer: peer)
    }

    /// Method, target and header fields as one value, put together at each call: where only one of them is
    /// wanted, ask for that.
    public var head: HTTPRequest {
        get {
            HTTPRequest(
                method: origin.method, scheme: origin.scheme, authority: origin.authority, path: origin.path,
                headerFields: origin.headerFields)
        }
        set { origin = RequestOrigin(newValue, body: origin.body, peer: origin.peer) }
    }

    /// The method.
    public var method: HTTPRequest.Method { origin.method }
    /// The header fields.
    public var headerFields: HTTPFields { origin.headerFields }
    /// The host and port that the client asked for.
    public var authority: String? { origin.authority }
    /// The bytes that follow the head.
    public var body: RequestBody { readBody ?? origin.body }
    /// The address of the peer of this connection (a balancer's, if there is one).
    public var remoteAddress: SocketAddress? { origin.peer.remoteAddress }
    /// How the request came.
    public var protocolVersion: ProtocolVersion { origin.peer.protocolVersion }
    /// Whether the connection is a TLS one.
    public var isSecure: Bool { origin.peer.isSecure }
    /// The loop of the connection, on which the handler runs until it goes elsewhere.
    public var eventLoop: any EventLoop { origin.peer.eventLoop }

    /// Counts the request in its loop's round; for a handler that has just begun. Nil where it does not run on the loop
    /// of a connection.
    public func countInRound() -> LoopRound? { peer.countInRound() }

    var peer: RequestPeer { origin.peer }

    /// The same request with its body read, of at most so many bytes. Who reads it then finds it whole, or meets what
    /// kept it from coming.
    public nonisolated(nonsending) func withBodyRead(upTo bytesMax: Int) async -> ServerRequest {
        guard !body.isEmpty else { return self }
        let read: Result<ByteBuffer, any Error>
        do {
            read = .success(try await body.collect(upTo: bytesMax))
        } catch {
            read = .failure(error)
        }
        var whole = self
        whole.readBody = RequestBody(read: read)
        return whole
    }

    /// The same request by another scheme and to another authority, each as it was where nil: as a proxy's client sent
    /// it.
    public func sent(by scheme: String?, to authority: String?) -> ServerRequest {
        let (scheme, authority) = (scheme ?? origin.scheme, authority ?? origin.authority)
        // As often as not a proxy asks as it was asked.
        guard scheme != origin.scheme || authority != origin.authority else { return self }
        var request = self
        request.origin = origin.with(scheme: scheme, authority: authority)
        return request
    }

    /// The path without the query, as it came (still percent-encoded).
    public var path: Substring {
        let target = origin.path ?? ""
        return target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    }

    /// What stands behind the first `?`, as it came; nil without one.
    public var query: Substring? {
        guard let target = origin.path, let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return target[target.utf8.index(after: mark)...]
    }

    /// The query's parameters in order, decoded; those with malformed escapes are left out.
    public var queryParameters: [(name: String, value: String)] {
        guard let query else { return [] }
        return query.utf8.split(separator: UInt8(ascii: "&")).compactMap { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ PercentCoding.decode($0, plusIsSpace: true) }) else { return nil }
            guard parts.count == 2 else { return (name, "") }
            return PercentCoding.decode(parts[1], plusIsSpace: true).map { (name, $0) }
        }
    }

    /// The first query parameter of this name, decoded.
    public func queryParameter(_ name: String) -> String? {
        queryParameters.first { $0.name == name }?.value
    }
}

/// Answers a request. Runs as a task on the connection's own loop; the task is cancelled when the client goes away
/// or takes the request back.
public typealias RequestHandler = nonisolated(nonsending) @Sendable (ServerRequest) async -> ServerResponse

/// Stands around handlers: may answer by itself, or change the request before `next` and the response after.
public typealias Middleware =
    nonisolated(nonsending) @Sendable (_ request: ServerRequest, _ next: RequestHandler) async -> ServerResponse
