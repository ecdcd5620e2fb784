import HTTPTypes
import NIOCore

/// What of a request does not change on its way through middleware: kept once and shared by all copies.
final class RequestOrigin: Sendable {
    let method: HTTPRequest.Method
    let scheme: String?
    let authority: String?
    let path: String?
    let headerFields: HTTPFields
    let body: RequestBody
    let peer: RequestPeer
    /// When the head was there.
    let arrivedAt: NIODeadline

    init(
        method: HTTPRequest.Method, scheme: String?, authority: String?, path: String?, headerFields: HTTPFields,
        body: RequestBody, peer: RequestPeer, arrivedAt: NIODeadline = .now()
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.headerFields = headerFields
        self.body = body
        self.peer = peer
        self.arrivedAt = arrivedAt
    }

    /// The same by another scheme and to another authority.
    func with(scheme: String?, authority: String?) -> RequestOrigin {
        RequestOrigin(
            method: method, scheme: scheme, authority: authority, path: path, headerFields: headerFields, body: body,
            peer: peer, arrivedAt: arrivedAt)
    }

    convenience init(
        _ head: HTTPRequest, body: RequestBody, peer: RequestPeer, arrivedAt: NIODeadline = .now()
    ) {
        self.init(
            method: head.method, scheme: head.scheme, authority: head.authority, path: head.path,
            headerFields: head.headerFields, body: body, peer: peer, arrivedAt: arrivedAt)
    }
}
