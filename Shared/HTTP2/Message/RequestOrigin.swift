import HTTPTypes

/// What of a request does not change on its way through middleware: kept once and shared by all copies.
final class RequestOrigin: Sendable {
    let method: HTTPRequest.Method
    let scheme: String?
    let authority: String?
    let path: String?
    let headerFields: HTTPFields
    let body: RequestBody
    let peer: RequestPeer

    init(
        method: HTTPRequest.Method, scheme: String?, authority: String?, path: String?, headerFields: HTTPFields,
        body: RequestBody, peer: RequestPeer
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.headerFields = headerFields
        self.body = body
        self.peer = peer
    }

    /// The same by another scheme and to another authority.
    func with(scheme: String?, authority: String?) -> RequestOrigin {
        RequestOrigin(
            method: method, scheme: scheme, authority: authority, path: path, headerFields: headerFields, body: body,
            peer: peer)
    }

    convenience init(_ head: HTTPRequest, body: RequestBody, peer: RequestPeer) {
        self.init(
            method: head.method, scheme: head.scheme, authority: head.authority, path: head.path,
            headerFields: head.headerFields, body: body, peer: peer)
    }
}
