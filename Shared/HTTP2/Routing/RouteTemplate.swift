/// A route's path as it is registered: `/v1/things/{thing_id}`; a last part `{name...}` takes all that follows.
struct RouteTemplate {
    enum Part: Equatable {
        case literal([UInt8])
        case parameter(String)
        case rest(String)
    }

    let parts: [Part]

    /// - Precondition: `text` begins with `/`, names are not empty and not repeated, `{name...}` stands last.
    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a route begins with /: \(text)")
        var names: Set<String> = []
        let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        parts = segments.enumerated().map { position, segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(Array(segment.utf8)) }
            let isRest = segment.hasSuffix("...}")
            let name = String(segment.dropFirst().dropLast(isRest ? 4 : 1))
            precondition(!name.isEmpty && names.insert(name).inserted, "a name is empty or repeated: \(text)")
            precondition(!isRest || position == segments.count - 1, "{name...} stands last: \(text)")
            return isRest ? .rest(name) : .parameter(name)
        }
    }
}
