public import HTTPTypes

/// Which handler answers which method and path.
///
/// ```swift
/// var routes = RouteTable()
/// routes.use(requestLog)
/// routes.on(.get, "/v1/things/{thing_id}") { request in … request.pathParameters["thing_id"] … }
/// let server = HTTPServer(logger: logger, routes: routes)
/// ```
/// A path matches as it is written, with no care for a slash too many; HEAD is answered by GET's handler where it
/// has none of its own.
public struct RouteTable: Sendable {
    /// One route as it was registered.
    public struct Route: Sendable, Hashable {
        /// The method that it answers.
        public let method: HTTPRequest.Method
        /// The path with its `{name}`s.
        public let template: String
    }

    /// Answers a request whose path has other methods, given those.
    public typealias MethodRefusal =
        nonisolated(nonsending) @Sendable (ServerRequest, [HTTPRequest.Method]) async -> ServerResponse

    /// The routes in the order in which they were registered.
    public private(set) var routes: [Route] = []

    /// Answers a path that no route has; 404 without a body unless set.
    public var notFound: RequestHandler = { _ in ServerResponse(status: .notFound) }

    /// Answers a path whose routes have other methods, given those; `Allow` is added to what it answers. 405
    /// without a body unless set.
    public var methodNotAllowed: MethodRefusal = { _, _ in ServerResponse(status: .methodNotAllowed) }

    private var root = RouteNode()
    private var middleware: [Middleware] = []

    public init() {}

    /// Answers `method` at `template` by `handler`, with `middleware` of its own around it, the first outermost.
    /// - Precondition: `template` is well formed and no other route has its method and shape.
    public mutating func on(
        _ method: HTTPRequest.Method, _ template: String, through middleware: [Middleware] = [],
        _ handler: @escaping RequestHandler
    ) {
        let parts = RouteTemplate(template).parts
        let names = parts.compactMap { part -> String? in
            switch part {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
        routes.append(Route(method: method, template: template))
        root.insert(
            RouteNode.Endpoint(
                method: method, template: template, names: names, handler: Self.wrap(handler, in: middleware)),
            at: parts[...])
    }

    /// Puts `middleware` around everything that the table answers, 404 and 405 too. The first is outermost; it
    /// finds `routeTemplate` and `pathParameters` already set.
    public mutating func use(_ middleware: @escaping Middleware) {
        self.middleware.append(middleware)
    }

    /// The table as a handler; later changes of the table don't reach it.
    public func handler() -> RequestHandler {
        let resolve = resolver()
        return { request in
            var request = request
            return await resolve(&request)(request)
        }
    }

    /// Finds the handler of a request, middleware around it, and notes on the request by which route.
    func resolver() -> @Sendable (inout ServerRequest) -> RequestHandler {
        var whole = self
        whole.root.wrap { Self.wrap($0, in: middleware) }
        whole.notFound = Self.wrap(notFound, in: middleware)
        return { [whole] request in whole.resolve(&request) }
    }

    /// Finds who answers, and notes on the request by which route.
    private func resolve(_ request: inout ServerRequest) -> RequestHandler {
        guard let (endpoints, values) = find(request.path) else { return notFound }
        let method = request.method
        let endpoint =
            endpoints.first { $0.method == method }
            ?? (method == .head ? endpoints.first { $0.method == .get } : nil)
        guard let endpoint else { return refuse(endpoints.map(\.method)) }
        var parameters = PathParameters()
        for (name, value) in zip(endpoint.names, values) {
            // Malformed escapes name nothing that exists.
            guard let value else { return notFound }
            parameters.append(value, at: name)
        }
        request.pathParameters = parameters
        request.routeTemplate = endpoint.template
        return endpoint.handler
    }

    private func find(_ path: Substring) -> (endpoints: [RouteNode.Endpoint], values: [String?])? {
        var path = path
        return path.withUTF8 { bytes in
            guard bytes.first == UInt8(ascii: "/") else { return nil }
            var ranges: [Range<Int>] = []
            guard let endpoints = root.find(bytes, from: 1, values: &ranges) else { return nil }
            return (endpoints, ranges.map { Self.value(UnsafeBufferPointer(rebasing: bytes[$0])) })
        }
    }

    /// What stands in a place of a path. The path is a string that is cut between ASCII characters: where nothing is
    /// escaped there is nothing to decode.
    private static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
        return PercentCoding.decode(bytes)
    }

    private func refuse(_ methods: [HTTPRequest.Method]) -> RequestHandler {
        var allowed = methods
        if allowed.contains(.get), !allowed.contains(.head) { allowed.append(.head) }
        let answer: RequestHandler = { [methodNotAllowed, allowed] request in
            var response = await methodNotAllowed(request, allowed)
            response.headerFields[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
            return response
        }
        return Self.wrap(answer, in: middleware)
    }

    private static func wrap(_ handler: @escaping RequestHandler, in middleware: [Middleware]) -> RequestHandler {
        var wrapped = handler
        // A loop and not a fold: a generic function would put two more steps around each handler.
        for outer in middleware.reversed() {
            let next = wrapped
            wrapped = { request in await outer(request, next) }
        }
        return wrapped
    }
}
