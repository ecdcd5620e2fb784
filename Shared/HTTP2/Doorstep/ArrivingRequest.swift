public import HTTPTypes
public import NIOCore

/// A request whose head is there, and of which nothing was made yet: what a ``Doorstep`` decides by. It is good for that
/// one call.
public struct ArrivingRequest: ~Copyable {
    enum Fields {
        case made(HTTPFields)
        /// As libnghttp2 holds them, for as long as the head is looked at.
        case raw(UnsafeBufferPointer<RawField>)
    }

    /// The method.
    public let method: HTTPRequest.Method
    /// Whether a body follows the head.
    public let hasBody: Bool
    private let fields: Fields
    private let peer: RequestPeer

    init(method: HTTPRequest.Method, hasBody: Bool, fields: Fields, peer: RequestPeer) {
        self.method = method
        self.hasBody = hasBody
        self.fields = fields
        self.peer = peer
    }

    /// A request that was made already.
    public init(_ request: ServerRequest) {
        self.init(
            method: request.method, hasBody: !request.body.isEmpty, fields: .made(request.headerFields),
            peer: request.peer)
    }

    /// The address of the peer of this connection (a balancer's, if there is one).
    public var remoteAddress: SocketAddress? { peer.remoteAddress }

    /// Whether there is a field of this name whose value is wanted; the first one's word counts.
    ///
    /// No text is made of the values: `isWanted` gets their bytes, for the length of the call, and says nil where a value
    /// tells nothing.
    public func first(_ name: HTTPField.Name, _ isWanted: (UnsafeBufferPointer<UInt8>) -> Bool?) -> Bool {
        switch fields {
        case .made(let fields):
            for field in fields where field.name == name {
                if let answer = field.withUnsafeBytesOfValue(isWanted) { return answer }
            }
        case .raw(let fields):
            for field in fields where field.isNamed(name) {
                if let answer = isWanted(field.valueBytes) { return answer }
            }
        }
        return false
    }

    /// Whether there is a field of this name.
    public func contains(_ name: HTTPField.Name) -> Bool { first(name) { _ in true } }

    /// The value of the first field of this name; nil without one.
    public func value(of name: HTTPField.Name) -> String? {
        var value: String?
        _ = first(name) { bytes in
            value = String(decoding: bytes, as: UTF8.self)
            return true
        }
        return value
    }

    /// The values of the fields of this name, as they came.
    public func values(of name: HTTPField.Name) -> [String] {
        var values: [String] = []
        _ = first(name) { bytes in
            values.append(String(decoding: bytes, as: UTF8.self))
            return nil
        }
        return values
    }

    /// Counts the request in its loop's round. Nil where it does not come over a connection.
    public func countInRound() -> LoopRound? { peer.countInRound() }
}
