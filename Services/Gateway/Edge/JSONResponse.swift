import Glibc
import HTTP2
import HTTPTypes
import NIOCore
import Telemetry
import Wire

extension ServerResponse {
    /// A resource as JSON, not to be stored by anybody on its way.
    static func json(_ resource: some Encodable, status: HTTPResponse.Status = .ok) -> ServerResponse {
        do {
            return json(bytes: try WireJSON.encode(resource), status: status)
        } catch {
            return problem(Problem(.internalError))
        }
    }

    /// Bytes that are JSON already.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> ServerResponse {
        ServerResponse(status: status, headerFields: jsonFields, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    // Made once: to put fields together is to look at each of their bytes.
    private static let jsonFields: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    private static let problemFields: HTTPFields = [
        .contentType: "application/problem+json", .cacheControl: "no-store",
    ]

    /// A problem (RFC 9457) with the request's id; `Retry-After` stands where it says when to come back.
    static func problem(_ problem: Problem) -> ServerResponse {
        var told = problem
        if told.requestId == nil { told.requestId = RequestID.current?.description }
        let body = (try? WireJSON.encode(told)) ?? []
        return ServerResponse.problem(bytes: body, status: told.status, retryAfterSeconds: told.retryAfterSeconds)
    }

    /// What a service answered, its bytes untouched.
    static func answer(_ answer: Answer) -> ServerResponse {
        guard let body = answer.body?.bytes else {
            return ServerResponse(status: HTTPResponse.Status(code: answer.status))
        }
        var response: ServerResponse
        if answer.isProblem {
            response = problem(
                bytes: body, status: answer.status, retryAfterSeconds: RetryAfterMember.seconds(in: body))
        } else {
            response = json(bytes: body, status: HTTPResponse.Status(code: answer.status))
        }
        if answer.isReplay { response.headerFields[.idempotencyReplayed] = "true" }
        return response
    }

    private static func problem(bytes: [UInt8], status: Int, retryAfterSeconds: Int?) -> ServerResponse {
        var response = ServerResponse(
            status: HTTPResponse.Status(code: status), headerFields: problemFields,
            body: .bytes(ByteBuffer(bytes: bytes)))
        if let retryAfterSeconds { response.headerFields[.retryAfter] = String(retryAfterSeconds) }
        return response
    }
}

/// The one member of a problem that a header repeats.
private struct RetryAfterMember: Decodable {
    private static let name = Array(#""retry_after_seconds""#.utf8)

    let retryAfterSeconds: Int?

    /// What a problem says. Most say nothing, of which the many who lose a seat are told: those are not read.
    static func seconds(in body: [UInt8]) -> Int? {
        guard body.withUnsafeBytes({ isNamed(in: $0) }) else { return nil }
        return (try? WireJSON.decode(RetryAfterMember.self, from: body))?.retryAfterSeconds
    }

    private static func isNamed(in body: UnsafeRawBufferPointer) -> Bool {
        var rest = body
        while rest.count >= name.count, let start = rest.baseAddress,
            let quote = memchr(start, Int32(UInt8(ascii: "\"")), rest.count)
        {
            rest = UnsafeRawBufferPointer(rebasing: rest[(UnsafeRawPointer(quote) - start)...])
            if rest.count >= name.count, memcmp(quote, name, name.count) == 0 { return true }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        }
        return false
    }
}
