public import HTTPTypes
public import NIOCore

/// A request to a peer. `:authority` and `content-length` are filled in where they are missing.
public struct ClientRequest: Sendable {
    /// Method, path and header fields.
    public var head: HTTPRequest
    /// The body; empty means none.
    public var body: ByteBuffer

    public init(head: HTTPRequest, body: ByteBuffer = ByteBuffer()) {
        self.head = head
        self.body = body
    }

    public init(
        method: HTTPRequest.Method = .get, path: String, headerFields: HTTPFields = [:], body: ByteBuffer = ByteBuffer()
    ) {
        head = HTTPRequest(method: method, scheme: "http", authority: nil, path: path, headerFields: headerFields)
        self.body = body
    }
}
