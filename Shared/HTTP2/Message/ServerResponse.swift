public import HTTPTypes

/// What a handler answers. `Date` and, where the length is known, `Content-Length` are added by the server.
public struct ServerResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headerFields: HTTPFields
    /// What follows them; left out by itself for HEAD, 204 and 304.
    public var body: ResponseBody

    public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: ResponseBody = .empty) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ServerResponse {
        ServerResponse(
            status: status, headerFields: [.contentType: "text/plain; charset=utf-8"], body: .text(text))
    }
}
