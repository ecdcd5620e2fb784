import Crypto
import FoundationEssentials
import HTTPTypes

extension ServerRequest {
    /// Whether the client asks for a WebSocket in the way of RFC 6455, 4.2.1: HTTP/1.1, GET, no body, version 13 and a
    /// key of 16 bytes.
    public var asksForWebSocket: Bool {
        protocolVersion == .http1_1 && method == .get && body.isEmpty
            && WebSocketHandshake.accept(headerFields) != nil
    }
}

extension ServerResponse {
    /// Accepts the WebSocket that the request asks for.
    ///
    /// Each chunk that `body` gives is one or more whole frames (see `WebSocketFrame`); a close frame stands in a chunk
    /// of its own and ends the body. The transport answers pings and closes, drops what else the client says, and sends
    /// a close frame with 1000 where the body ends without one. Where the request did not ask, the client gets 500.
    public static func webSocket(_ body: ResponseBody) -> ServerResponse {
        ServerResponse(status: .switchingProtocols, body: body)
    }
}

/// The opening handshake of RFC 6455, section 4.
enum WebSocketHandshake {
    private static let salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    private static let keyBytes = 16

    /// What proves to the client that its question was understood; nil where the fields ask for no WebSocket.
    static func accept(_ fields: HTTPFields) -> String? {
        guard names("websocket", in: fields[.upgrade]), names("upgrade", in: fields[.connection]),
            fields[.secWebSocketVersion] == "13", let key = fields[.secWebSocketKey],
            Data(base64Encoded: key)?.count == keyBytes
        else { return nil }
        let digest = Insecure.SHA1.hash(data: Array((key + salt).utf8))
        return Data(digest).base64EncodedString()
    }

    /// Whether a comma-separated list has a token, in whatever case.
    private static func names(_ token: String, in list: String?) -> Bool {
        guard let list else { return false }
        return list.split(separator: ",").contains { part in
            part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.lowercased() == token
        }
    }
}
