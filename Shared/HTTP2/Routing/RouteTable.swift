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

    /// Stands before what no route answers: 404 and 405.
    public var doorstepOfNoRoute: Doorstep?

    private var root = RouteNode()
    private var middleware: [Middleware] = []

    public init() {}

    /// Answers `method` at `template` by `handler`, with `middleware` of its own around it, the first outermost, and
    /// `doorstep` before all of it.
    /// - Precondition: `template` is well formed and no other route has its method and shape.
    public mutating func on(
        _ method: HTTPRequest.Method, _ template: String, behind doorstep: Doorstep? = nil,
        through middleware: [Middleware] = [], _ handler: @escaping RequestHandler
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
            RouteEndpoint(
                method: method, template: template, names: names, doorstep: doorstep,
                handler: Self.wrap(handler, in: middleware)),
            at: parts[...])
    }

    /// Puts `middleware` around everything that the table answers, 404 and 405 too. The first is outermost; it
    /// finds `routeTemplate` and `pathParameters` already set.
    public mutating func use(_ middleware: @escaping Middleware) {
        self.middleware.append(middleware)
    }

    /// The table as a handler; later changes of the table don't reach it. A server that is given the table itself asks
    /// the doorsteps earlier, where it costs less.
    public func handler() -> RequestHandler {
        let resolver = resolver()
        return { request in
            var request = request
            let route = resolver.route(of: request)
            if let ready = route.endpoint.doorstep?(ArrivingRequest(request)) { return ready.response }
            return await resolver.handler(of: route, for: &request)(request)
        }
    }

    /// Finds the handler of a request, middleware around it.
    func resolver() -> RouteResolver {
        var root = root
        root.wrap { Self.wrap($0, in: middleware) }
        let ofNoRoute: @Sendable (@escaping RequestHandler) -> RouteEndpoint = { [middleware, doorstepOfNoRoute] in
            RouteEndpoint(
                method: .get, template: nil, doorstep: doorstepOfNoRoute, handler: Self.wrap($0, in: middleware))
        }
        return RouteResolver(root: root, notFound: ofNoRoute(notFound)) { [self] in ofNoRoute(refusal($0)) }
    }

    private func refusal(_ methods: [HTTPRequest.Method]) -> RequestHandler {
        var allowed = methods
        if allowed.contains(.get), !allowed.contains(.head) { allowed.append(.head) }
        return { [methodNotAllowed, allowed] request in
            var response = await methodNotAllowed(request, allowed)
            response.headerFields[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
            return response
        }
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
