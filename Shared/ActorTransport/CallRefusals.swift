import HTTP2
import HTTPTypes
import NIOCore

/// The answers to calls that are refused at the doorstep, laid out once.
struct CallRefusals: Sendable {
    /// More is not told to anybody.
    private static let secondsMax = 60

    /// The caller has stopped waiting.
    let expired: ReadyResponse
    private let busy: [ReadyResponse]

    init(coding: any CallCoding) {
        func answer(_ failure: CallFailure, retryAfterSeconds seconds: Int?) -> ReadyResponse {
            var fields: HTTPFields = [.contentType: coding.mediaType]
            fields[.retryAfter] = seconds.map { "\($0)" }
            return ReadyResponse(
                ServerResponse(
                    status: HTTPResponse.Status(code: failure.code.status), headerFields: fields,
                    body: .bytes(ByteBuffer(bytes: (try? coding.encode(failure)) ?? []))))
        }
        expired = answer(CallFailure(.expired, detail: "the caller has stopped waiting"), retryAfterSeconds: nil)
        busy = (1...Self.secondsMax).map {
            answer(CallFailure(.overloaded, detail: "no room here"), retryAfterSeconds: $0)
        }
    }

    /// There is no room at this moment.
    func overloaded(retryAfterSeconds: Int) -> ReadyResponse {
        busy[min(max(1, retryAfterSeconds), Self.secondsMax) - 1]
    }
}
