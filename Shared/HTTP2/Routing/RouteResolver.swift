import HTTPTypes

/// Finds who answers a request: by its method and path alone, so that it can be asked before there is a request.
struct RouteResolver: Sendable {
    private let root: RouteNode
    private let notFound: RouteEndpoint
    private let methodNotAllowed: @Sendable ([HTTPRequest.Method]) -> RouteEndpoint

    init(
        root: RouteNode, notFound: RouteEndpoint,
        methodNotAllowed: @escaping @Sendable ([HTTPRequest.Method]) -> RouteEndpoint
    ) {
        self.root = root
        self.notFound = notFound
        self.methodNotAllowed = methodNotAllowed
    }

    /// One handler answers everything.
    init(_ handler: @escaping RequestHandler) {
        let all = RouteEndpoint(method: .get, template: nil, doorstep: nil, handler: handler)
        self.init(root: RouteNode(), notFound: all, methodNotAllowed: { _ in all })
    }

    /// The route of a method and a path without its query.
    func route(_ method: HTTPRequest.Method, _ path: UnsafeBufferPointer<UInt8>) -> Route {
        guard path.first == UInt8(ascii: "/") else { return Route(endpoint: notFound) }
        var values: [Range<Int>] = []
        guard let endpoints = root.find(path, from: 1, values: &values) else { return Route(endpoint: notFound) }
        let endpoint =
            endpoints.first { $0.method == method }
            ?? (method == .head ? endpoints.first { $0.method == .get } : nil)
        guard let endpoint else { return Route(endpoint: methodNotAllowed(endpoints.map(\.method))) }
        return Route(endpoint: endpoint, values: values)
    }

    /// The route of a request.
    func route(of request: ServerRequest) -> Route {
        var path = request.path
        return path.withUTF8 { route(request.method, $0) }
    }

    /// The handler of a route; notes on the request by which route, and what stands in the places of its `{name}`s.
    func handler(of route: Route, for request: inout ServerRequest) -> RequestHandler {
        let endpoint = route.endpoint
        guard endpoint.template != nil else { return endpoint.handler }
        if !route.values.isEmpty {
            var path = request.path
            let values = path.withUTF8 { bytes in
                route.values.map { Self.value(UnsafeBufferPointer(rebasing: bytes[$0])) }
            }
            for (name, value) in zip(endpoint.names, values) {
                // Malformed escapes name nothing that exists.
                guard let value else {
                    request.pathParameters = PathParameters()
                    return notFound.handler
                }
                request.pathParameters.append(value, at: name)
            }
        }
        request.routeTemplate = endpoint.template
        return endpoint.handler
    }

    /// What stands in a place of a path. The path is a string that is cut between ASCII characters: where nothing is
    /// escaped there is nothing to decode.
    private static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
        return PercentCoding.decode(bytes)
    }
}
