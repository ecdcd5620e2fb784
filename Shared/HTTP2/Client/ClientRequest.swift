public import HTTPTypes
public import NIOCore

/// A request to a peer. `:authority` and `content-length` are filled in where they are missing.
public struct ClientRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The path with its query.
    public var path: String
    /// The host and port that are asked for; the peer's own where nil.
    public var authority: String?
    /// The header fields, in the order in which they are sent: an array, to which another module appends without a call
    /// for each field.
    public var fields: [HTTPField]
    /// The body; empty means none.
    public var body: ByteBuffer

    public init(
        method: HTTPRequest.Method, path: String, authority: String? = nil, fields: [HTTPField],
        body: ByteBuffer = ByteBuffer()
    ) {
        self.method = method
        self.path = path
        self.authority = authority
        self.fields = fields
        self.body = body
    }

    public init(
        method: HTTPRequest.Method = .get, path: String, headerFields: HTTPFields = [:], body: ByteBuffer = ByteBuffer()
    ) {
        self.init(method: method, path: path, fields: Array(headerFields), body: body)
    }

    public init(head: HTTPRequest, body: ByteBuffer = ByteBuffer()) {
        self.init(
            method: head.method, path: head.path ?? "/", authority: head.authority, fields: Array(head.headerFields),
            body: body)
    }
}
