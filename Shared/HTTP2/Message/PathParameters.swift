/// What stood in a path in the places of a route's `{name}`s, percent-decoded.
public struct PathParameters: Sendable, Equatable {
    private var pairs: [(name: String, value: String)] = []

    public init() {}

    /// The value at `{name}`; nil if the route has no such place.
    public subscript(name: String) -> String? {
        get { pairs.first { $0.name == name }?.value }
        set {
            pairs.removeAll { $0.name == name }
            if let newValue { pairs.append((name, newValue)) }
        }
    }

    /// Adds the value of a place whose name is in none of the others.
    mutating func append(_ value: String, at name: String) {
        pairs.append((name, value))
    }

    public static func == (left: PathParameters, right: PathParameters) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }
}
