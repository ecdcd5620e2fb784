import HTTP2
import HTTPTypes
import NIOCore

/// What a stand-in answers: kept with the key of the call, so that the same call brings the same bytes.
struct StandInAnswer: Hashable, Sendable {
    let status: Int
    let body: [UInt8]

    var response: ServerResponse {
        ServerResponse(
            status: HTTPResponse.Status(code: status), headerFields: [.contentType: "application/json"],
            body: .bytes(ByteBuffer(bytes: body)))
    }
}
