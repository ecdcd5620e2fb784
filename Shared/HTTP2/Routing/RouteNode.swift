import HTTPTypes

/// A place in the tree of routes. Literal parts win over `{name}`, `{name}` over `{name...}`.
struct RouteNode: Sendable {
    private var literals: [(text: [UInt8], node: RouteNode)] = []
    private var parameter: [RouteNode] = []
    private var rest: [RouteEndpoint] = []
    private(set) var endpoints: [RouteEndpoint] = []

    /// - Precondition: no other route has the same method and shape.
    mutating func insert(_ endpoint: RouteEndpoint, at parts: ArraySlice<RouteTemplate.Part>) {
        func add(to list: inout [RouteEndpoint]) {
            precondition(
                !list.contains { $0.method == endpoint.method }, "a route exists twice: \(endpoint.template ?? "")")
            list.append(endpoint)
        }
        let tail = parts.dropFirst()
        switch parts.first {
        case nil:
            add(to: &endpoints)
        case .rest:
            add(to: &rest)
        case .parameter:
            if parameter.isEmpty { parameter.append(RouteNode()) }
            parameter[0].insert(endpoint, at: tail)
        case .literal(let text):
            let index = literals.firstIndex { $0.text == text } ?? literals.count
            if index == literals.count { literals.append((text, RouteNode())) }
            literals[index].node.insert(endpoint, at: tail)
        }
    }

    /// Puts something around every handler.
    mutating func wrap(_ outer: (@escaping RequestHandler) -> RequestHandler) {
        endpoints = endpoints.map { $0.with(outer($0.handler)) }
        rest = rest.map { $0.with(outer($0.handler)) }
        for index in parameter.indices { parameter[index].wrap(outer) }
        for index in literals.indices { literals[index].node.wrap(outer) }
    }

    /// The endpoints at `path` (what follows a `/`) and where their values stand in it. Goes no deeper than the
    /// deepest route, however long the path.
    func find(
        _ path: UnsafeBufferPointer<UInt8>, from start: Int, values: inout [Range<Int>]
    ) -> [RouteEndpoint]? {
        let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
        let segment = path[start..<end]
        let known = values.count
        for literal in literals where literal.text.count == segment.count && literal.text.elementsEqual(segment) {
            if let found = literal.node.step(path, from: end, values: &values) { return found }
            values.removeSubrange(known...)
        }
        if let node = parameter.first, !segment.isEmpty {
            values.append(start..<end)
            if let found = node.step(path, from: end, values: &values) { return found }
            values.removeSubrange(known...)
        }
        guard !rest.isEmpty, start < path.count else { return nil }
        values.append(start..<path.count)
        return rest
    }

    private func step(
        _ path: UnsafeBufferPointer<UInt8>, from end: Int, values: inout [Range<Int>]
    ) -> [RouteEndpoint]? {
        guard end == path.count else { return find(path, from: end + 1, values: &values) }
        return endpoints.isEmpty ? nil : endpoints
    }
}
