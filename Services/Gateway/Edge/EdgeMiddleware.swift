import HTTP2
import HTTPTypes
import Logging
import Telemetry

/// What stands around every route of the public port.
enum EdgeMiddleware {
    /// Headers that keep browsers from what they need not do; the pay screen brings a policy of its own.
    static let securityHeaders: Middleware = { request, next in secured(await next(request)) }

    /// An answer with those headers.
    static func secured(_ answer: ServerResponse) -> ServerResponse {
        var response = answer
        // Six here, the request's id, and one to spare: room for all of them at once.
        response.headerFields.reserveCapacity(response.headerFields.count + 8)
        if response.headerFields[.contentSecurityPolicy] == nil {
            response.headerFields[.contentSecurityPolicy] = ContentSecurityPolicy.strict
        }
        response.headerFields[.xContentTypeOptions] = "nosniff"
        response.headerFields[.referrerPolicy] = "same-origin"
        response.headerFields[.permissionsPolicy] = "camera=(), microphone=(), geolocation=(), payment=(self)"
        response.headerFields[.crossOriginOpenerPolicy] = "same-origin"
        response.headerFields[.crossOriginResourcePolicy] = "same-origin"
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
                response.headerFields[.requestID] = RequestID.current?.description
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
