import HTTP2
import HTTPTypes
import NIOCore
import Telemetry

/// What an operator's machines ask a service: `/livez`, `/readyz`, `/metrics`; and, for people, `/status`.
enum AdminRoutes {
    static func table(readiness: ReadinessBoard, metrics: MetricsRegistry) -> RouteTable {
        var routes = RouteTable()
        // It is answered on a loop of the process, so a loop that hangs doesn't answer.
        routes.on(.get, "/livez") { _ in answer(.ok, "application/json", #"{"live":true}"#) }
        routes.on(.get, "/readyz") { _ in
            let reasons = readiness.reasons
            return answer(
                reasons.isEmpty ? .ok : .serviceUnavailable, "application/json",
                #"{"ready":\#(reasons.isEmpty),"reasons":\#(list(reasons))}"#)
        }
        routes.on(.get, "/status") { _ in
            let reasons = readiness.reasons
            return answer(
                .ok, "application/json",
                #"{"ready":\#(reasons.isEmpty),"reasons":\#(list(reasons)),"notes":\#(list(readiness.notes))}"#)
        }
        routes.on(.get, "/metrics") { _ in
            answer(.ok, "text/plain; version=0.0.4; charset=utf-8", metrics.rendered())
        }
        return routes
    }

    private static func list(_ texts: [String]) -> String {
        "[\(texts.map { JSONText.quoted($0, bytesMax: 500) }.joined(separator: ","))]"
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ contentType: String, _ body: String
    ) -> ServerResponse {
        ServerResponse(
            status: status, headerFields: [.contentType: contentType, .cacheControl: "no-store"],
            body: .bytes(ByteBuffer(string: body)))
    }
}
