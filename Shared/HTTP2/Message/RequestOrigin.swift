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
    let remoteAddress: SocketAddress?
    let protocolVersion: ProtocolVersion
    let eventLoop: any EventLoop

    init(
        method: HTTPRequest.Method, scheme: String?, authority: String?, path: String?, headerFields: HTTPFields,
        body: RequestBody, remoteAddress: SocketAddress?, protocolVersion: ProtocolVersion, eventLoop: any EventLoop
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.headerFields = headerFields
        self.body = body
        self.remoteAddress = remoteAddress
        self.protocolVersion = protocolVersion
        self.eventLoop = eventLoop
    }

    func with(_ head: HTTPRequest) -> RequestOrigin {
        RequestOrigin(
            method: head.method, scheme: head.scheme, authority: head.authority, path: head.path,
            headerFields: head.headerFields, body: body, remoteAddress: remoteAddress,
            protocolVersion: protocolVersion, eventLoop: eventLoop)
    }
}
