import HTTP2
import HTTPTypes
import NIOCore
import NIOEmbedded
import Testing

@Suite struct RouteTableTests {
    private static func table() -> RouteTable {
        var routes = RouteTable()
        for template in ["/v1/holds", "/v1/holds/{hold_id}", "/v1/a/{x}/c", "/v1/a/b/d", "/files/{file...}", "/"] {
            routes.on(.get, template) { request in
                let values = ["hold_id", "x", "file"].compactMap { request.pathParameters[$0] }
                return .text("\(request.routeTemplate ?? "?") \(values.joined(separator: ","))")
            }
        }
        routes.on(.post, "/v1/holds") { _ in .text("made") }
        return routes
    }

    private func ask(_ routes: RouteTable, _ path: String, _ method: HTTPRequest.Method = .get) async -> ServerResponse
    {
        let head = HTTPRequest(method: method, scheme: "http", authority: "x", path: path)
        return await routes.handler()(ServerRequest(head: head, eventLoop: EmbeddedEventLoop()))
    }

    private func text(_ response: ServerResponse) -> String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(buffer: bytes)
    }

    @Test(arguments: [
        ("/v1/holds", "/v1/holds "), ("/v1/holds/7", "/v1/holds/{hold_id} 7"),
        ("/v1/holds/a%2Fb%20c", "/v1/holds/{hold_id} a/b c"), ("/v1/holds/7?x=/y", "/v1/holds/{hold_id} 7"),
        ("/v1/a/b/c", "/v1/a/{x}/c b"), ("/v1/a/b/d", "/v1/a/b/d "), ("/", "/ "),
        ("/files/a/b.js", "/files/{file...} a/b.js"), ("/v1/holds/%ED%95%9C", "/v1/holds/{hold_id} 한"),
    ])
    func `a path finds its route and its values`(path: String, expected: String) async {
        #expect(text(await ask(Self.table(), path)) == expected)
    }

    @Test(arguments: [
        "", "*", "x", "//", "/v1", "/v1/holds/", "/v1/holds//", "/v1/holds/%", "/v1/holds/%4", "/v1/holds/%zz",
        "/v1/holds/%FF%FE", "/files", "/files/", "?", "/?/../..", "/v1/a/b/c/d/e",
    ])
    func `a path that no route has is not found`(path: String) async {
        let isRoot = path.hasPrefix("/?")
        #expect(await ask(Self.table(), path).status == (isRoot ? .ok : .notFound))
    }

    @Test func `a path without end is not found`() async {
        let path = String(repeating: "/a", count: 100_000)
        #expect(await ask(Self.table(), path).status == .notFound)
        #expect(await ask(Self.table(), "/files" + path).status == .ok)
    }

    @Test func `another method is refused with those that exist`() async {
        let response = await ask(Self.table(), "/v1/holds", .delete)
        #expect(response.status == .methodNotAllowed)
        #expect(response.headerFields[.allow] == "GET, POST, HEAD")
    }

    @Test func `HEAD is answered by the handler of GET`() async {
        #expect(await ask(Self.table(), "/v1/holds", .head).status == .ok)
    }

    @Test func `hooks answer for what is not there`() async {
        var routes = Self.table()
        routes.notFound = { _ in .text("nothing", status: .notFound) }
        routes.methodNotAllowed = { _, methods in .text("\(methods.count)", status: .methodNotAllowed) }
        #expect(text(await ask(routes, "/nowhere")) == "nothing")
        let refused = await ask(routes, "/v1/holds", .delete)
        #expect(text(refused) == "3")
        #expect(refused.headerFields[.allow] != nil)
    }

    @Test func `middleware stands around everything, the first outermost`() async {
        var routes = RouteTable()
        func mark(_ name: String) -> Middleware {
            { request, next in
                var response = await next(request)
                let seen = response.headerFields[.server] ?? ""
                response.headerFields[.server] = seen + name + (request.routeTemplate ?? "-")
                return response
            }
        }
        routes.use(mark("1"))
        routes.use(mark("2"))
        routes.on(.get, "/x", through: [mark("3")]) { _ in .text("x") }
        #expect(await ask(routes, "/x").headerFields[.server] == "3/x2/x1/x")
        #expect(await ask(routes, "/y").headerFields[.server] == "2-1-")
    }

    @Test func `the routes can be listed`() {
        let routes = Self.table().routes
        #expect(routes.count == 7)
        #expect(routes.last == routes.first { $0.method == .post })
        #expect(routes.last?.template == "/v1/holds")
    }

    @Test func `a query is taken apart and decoded`() {
        let head = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/x?q=a+b%20c&&from=%ED%95%9C&bad=%zz&e")
        let request = ServerRequest(head: head, eventLoop: EmbeddedEventLoop())
        #expect(request.queryParameters.map(\.name) == ["q", "from", "e"])
        #expect(request.queryParameter("q") == "a b c")
        #expect(request.queryParameter("from") == "한")
        #expect(request.queryParameter("bad") == nil)
    }
}
