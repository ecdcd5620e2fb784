public import NIOCore

/// The body of a response.
public enum ResponseBody: Sendable {
    /// No bytes.
    case empty
    /// These bytes, with a `Content-Length`.
    case bytes(ByteBuffer)
    /// Bytes written one after the other in the handler's own task. A thrown error cuts the response short so
    /// that the client sees it.
    case stream(@Sendable (ResponseBodyWriter) async throws -> Void)
    /// Bytes that an object on the connection's loop gives when asked. The closure runs once, on that loop, and
    /// the object never leaves it. Over HTTP/1.1 such a body, unless its length is announced, ends with its
    /// connection, which carries nothing else after it.
    case source(@Sendable (ResponseWaker) -> any ResponseSource)

    /// The UTF-8 of `text`.
    public static func text(_ text: String) -> ResponseBody {
        .bytes(ByteBuffer(string: text))
    }
}
