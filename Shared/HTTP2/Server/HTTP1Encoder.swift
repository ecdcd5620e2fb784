import HTTPTypes
import NIOCore

/// Writes the head of an HTTP/1.1 response (RFC 9112).
enum HTTP1Encoder {
    /// How the end of a body is told.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
        case untilClose
        /// Frames of RFC 6455; `accept` answers the client's key.
        case webSocket(accept: String)

        /// Whether the body's bytes go on the wire as they are, whatever their number.
        var isPlain: Bool {
            switch self {
            case .untilClose, .webSocket: true
            case .none, .length, .chunked: false
            }
        }
    }

    static func write(
        _ response: ServerResponse, framing: Framing, closes: Bool, isHTTP1_0: Bool, date: String,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(response.status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(response.status.reasonPhrase)
        buffer.writeStaticString("\r\n")
        for field in response.headerFields where !isFraming(field.name) {
            buffer.writeString(field.name.rawName)
            buffer.writeStaticString(": ")
            field.withUnsafeBytesOfValue { _ = buffer.writeBytes(UnsafeRawBufferPointer($0)) }
            buffer.writeStaticString("\r\n")
        }
        switch framing {
        case .length(let count):
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(count))
            buffer.writeStaticString("\r\n")
        case .chunked:
            buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .webSocket(let accept):
            buffer.writeStaticString("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
            buffer.writeString(accept)
            buffer.writeStaticString("\r\n")
            return finish(response, date: date, into: &buffer)
        case .none, .untilClose:
            break
        }
        if closes {
            buffer.writeStaticString("Connection: close\r\n")
        } else if isHTTP1_0 {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        finish(response, date: date, into: &buffer)
    }

    private static func finish(_ response: ServerResponse, date: String, into buffer: inout ByteBuffer) {
        if response.headerFields[.date] == nil {
            buffer.writeStaticString("Date: ")
            buffer.writeString(date)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("\r\n")
    }

    /// The connection decides these by itself.
    private static func isFraming(_ name: HTTPField.Name) -> Bool {
        name == .connection || name == .transferEncoding || name == .contentLength || name == .upgrade
    }
}
