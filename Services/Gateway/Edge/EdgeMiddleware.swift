import HTTP2
import HTTPTypes
import Logging
import Metrics
import Telemetry

/// What stands around every route of the public port.
enum EdgeMiddleware {
    /// Headers that keep browsers from what they need not do; the pay screen brings a policy of its own.
    static let securityHeaders: Middleware = { request, next in secured(await next(request)) }

    /// An answer with those headers.
    static func secured(_ answer: ServerResponse) -> ServerResponse {
        var response = answer
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

    /// From behind a trusted proxy, the request as its client sent it.
    static func unwrapping(by proxies: TrustedProxies) -> Middleware {
        { request, next in await next(proxies.unwrapped(request)) }
    }

    /// An id and a trace for each request, a line in the log, and the metrics by route.
    static func observation(logger: Logger, proxies: TrustedProxies) -> Middleware {
        { request, next in
            let started = ContinuousClock.now
            return await RequestScope.run(traceparent: request.headerFields[.traceparent]) {
                var response = await next(request)
                let elapsed = ContinuousClock.now - started
                response.headerFields[.requestID] = RequestID.current?.description
                let route = request.routeTemplate ?? "none"
                let dimensions = [
                    ("method", request.method.rawValue), ("route", route), ("status", "\(response.status.code)"),
                ]
                Timer(label: "http_request_seconds", dimensions: [("route", route)]).record(duration: elapsed)
                Counter(label: "http_requests_total", dimensions: dimensions).increment()
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
