import HTTPTypes

/// What answers at a place of the tree of routes. An object, so that what a request finds there is one reference.
final class RouteEndpoint: Sendable {
    let method: HTTPRequest.Method
    /// The path as it was registered; nil where none was.
    let template: String?
    let names: [String]
    let doorstep: Doorstep?
    let handler: RequestHandler

    init(
        method: HTTPRequest.Method, template: String?, names: [String] = [], doorstep: Doorstep?,
        handler: @escaping RequestHandler
    ) {
        self.method = method
        self.template = template
        self.names = names
        self.doorstep = doorstep
        self.handler = handler
    }

    /// The same with another handler.
    func with(_ handler: @escaping RequestHandler) -> RouteEndpoint {
        RouteEndpoint(method: method, template: template, names: names, doorstep: doorstep, handler: handler)
    }
}

/// Who answers a request, and where in its path the values of the template's `{name}`s stand.
struct Route: Sendable {
    let endpoint: RouteEndpoint
    var values: [Range<Int>] = []
}
