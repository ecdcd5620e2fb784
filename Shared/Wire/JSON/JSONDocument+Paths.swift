extension JSONDocument {
    /// A value by its own type's `init(from:)`; what that throws is located here.
    func decode<Value: Decodable>(_ type: Value.Type, _ node: Int) throws(WireJSONFailure) -> Value {
        do {
            return try Value(from: JSONNodeDecoder(document: self, node: node))
        } catch {
            throw located(error, at: node)
        }
    }

    /// The failure with its whole path; only the innermost call for a failure does something.
    func located(_ error: any Error, at node: Int) -> WireJSONFailure {
        if let decoding = error as? DecodingError {
            // Its context begins with the coding path of one of our containers, which is a whole one.
            var failure = WireJSONFailure(cause: decoding)
            if failure.path.isEmpty { failure.path = path(to: node) }
            failure.isLocated = true
            return failure
        }
        var failure = WireJSONFailure(cause: error)
        guard !failure.isLocated else { return failure }
        for key in codingPath(to: node).reversed() { failure = failure.inside(key) }
        failure.isLocated = true
        return failure
    }

    func path(to node: Int) -> String { WireJSONFailure.path(of: codingPath(to: node)) }

    /// The names and indexes that lead to a node: looked up when it is asked for, so that success pays nothing.
    func codingPath(to node: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var container = Self.rootNode
        while container < node, next(after: container) > node {
            var child = container + 1
            var index = 0
            let isObject = kind(of: container) == .object
            while true {
                let value = isObject ? child + 1 : child
                guard next(after: value) <= node else {
                    path.append(isObject ? JSONPathKey(member: name(child)) : JSONPathKey(index: index))
                    container = value
                    break
                }
                child = next(after: value)
                index += 1
            }
        }
        return path
    }
}

/// One step of a path in JSON's own names.
struct JSONPathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(member: String) {
        stringValue = member
        intValue = nil
    }

    init(index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init?(stringValue: String) { self.init(member: stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}
