import HTTP2
import HTTPTypes
import Logging
import Telemetry

/// What stands around every route of the public port.
enum EdgeMiddleware {
    /// Headers that keep browsers from what they need not do; the pay screen brings a policy of its own.
    static let securityHeaders: Middleware = { request, next in secured(await next(request)) }

    private static let policy = HTTPField(name: .contentSecurityPolicy, value: ContentSecurityPolicy.strict)
    /// Fields that no route sets: ready as they are, since a field that is made is looked at byte for byte, and one that
    /// is set is looked for among the others.
    private static let others = [
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .referrerPolicy, value: "same-origin"),
        HTTPField(name: .permissionsPolicy, value: "camera=(), microphone=(), geolocation=(), payment=(self)"),
        HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"),
    ]

    /// An answer with those headers.
    static func secured(_ answer: ServerResponse) -> ServerResponse {
        var response = answer
        // Six here, the request's id, and one to spare: room for all of them at once.
        response.headerFields.reserveCapacity(response.headerFields.count + 8)
        if !response.headerFields.contains(.contentSecurityPolicy) { response.headerFields.append(policy) }
        for field in others { response.headerFields.append(field) }
        return response
    }

    /// An id and a trace for each request, a line in the log, and the metrics by route.
    static func observation(logger: Logger, proxies: TrustedProxies) -> Middleware {
        let metrics = RequestMetrics()
        return { request, next in
            let started = ContinuousClock.now
            return await RequestScope.run(traceparent: request.headerFields.value(of: .traceparent)) {
                var response = await next(request)
                let elapsed = ContinuousClock.now - started
                if let id = RequestID.current {
                    response.headerFields.append(HTTPField(name: .requestID, value: id.description))
                }
                let route = request.routeTemplate ?? "none"
                metrics.answered(
                    method: request.method.rawValue, route: route, status: response.status.code, after: elapsed)
                logger.log(
                    level: response.status.code >= 500 ? .warning : .debug, "request",
                    metadata: [
                        "method": "\(request.method.rawValue)", "route": "\(route)",
                        "status": "\(response.status.code)", "milliseconds": "\(elapsed / .milliseconds(1))",
                        "client": "\(proxies.client(of: request).map(String.init(describing:)) ?? "unknown")",
                    ])
                return response
            }
        }
    }
}
