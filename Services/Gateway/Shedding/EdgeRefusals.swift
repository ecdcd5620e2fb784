import HTTP2
import Telemetry
import Wire

/// The answers of those who are refused at the door, laid out once: one for each number of seconds. They have no request id,
/// since nothing is written down about them.
enum EdgeRefusals {
    /// More is not told to anybody.
    private static let secondsMax = 60

    private static let busy = answers(.overloaded, "Nothing was changed. Try again when Retry-After says.")
    private static let often = answers(.rateLimited, "Your address asks too often. Try again when Retry-After says.")

    /// 503: there is no room at this moment.
    static func overloaded(retryAfterSeconds: Int) -> ReadyResponse {
        busy[min(max(1, retryAfterSeconds), secondsMax) - 1]
    }

    /// 429: this source asks too often.
    static func rateLimited(retryAfterSeconds: Int) -> ReadyResponse {
        often[min(max(1, retryAfterSeconds), secondsMax) - 1]
    }

    private static func answers(_ code: ProblemCode, _ detail: String) -> [ReadyResponse] {
        (1...secondsMax).map { seconds in
            let problem = Problem(code, detail: detail).with { $0.retryAfterSeconds = seconds }
            return RequestID.$current.withValue(nil) { ReadyResponse(EdgeMiddleware.secured(.problem(problem))) }
        }
    }
}
