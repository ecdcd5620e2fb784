/// Why bytes are not the value that was asked for, or why a value can't be written.
public struct WireJSONFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong; clients switch on the raw value.
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// A member that must be there is not.
        case missing
        /// The value is of another JSON type, or a fraction where a whole number is asked for.
        case wrongType = "wrong_type"
        /// A number that its type can't hold.
        case outOfRange = "out_of_range"
        /// The bytes are not JSON.
        case malformed
        /// More than ``WireJSON/depthMax`` containers inside one another.
        case tooDeep = "too_deep"
        /// An object names one member twice.
        case duplicate
        /// Of the right JSON type, but none of the values that are allowed.
        case invalid
    }

    /// What is wrong.
    public var code: Code
    /// Where, in JSON's names: `performances[2].starts_at`; empty for the whole value.
    public var path: String
    /// A sentence for a person; it never repeats what the value held.
    public var detail: String
    // Whether the path begins at the whole value: set while a decoder is at work, and not outside it.
    var isLocated = false

    /// A failure at the value at hand; the coder puts the path in front as it passes outward.
    public init(_ code: Code, path: String = "", detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// The code, the path and the sentence on one line.
    public var description: String {
        "\(code.rawValue) at \(path.isEmpty ? "the value itself" : path): \(detail)"
    }
}

extension WireJSONFailure {
    /// The failure for whatever a type's own `init(from:)` or `encode(to:)` threw.
    init(cause: any Error) {
        switch cause {
        case let failure as WireJSONFailure: self = failure
        case let error as DecodingError: self.init(decoding: error)
        case let error as EncodingError:
            self.init(.invalid, detail: "it can't be written as JSON")
            if case .invalidValue(_, let context) = error { path = Self.path(of: context.codingPath) }
        default: self.init(.invalid, detail: "it is not one of the values that are allowed")
        }
    }

    private init(decoding error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missing, path: Self.path(of: context.codingPath + [key]), detail: "it must be given")
        case .valueNotFound(_, let context):
            self.init(.wrongType, path: Self.path(of: context.codingPath), detail: "it must not be null")
        case .typeMismatch(_, let context):
            self.init(.wrongType, path: Self.path(of: context.codingPath), detail: "it is of another type")
        case .dataCorrupted(let context):
            self.init(
                .invalid, path: Self.path(of: context.codingPath),
                detail: "it is not one of the values that are allowed")
        @unknown default:
            self.init(.invalid, detail: "it is not one of the values that are allowed")
        }
    }

    static func path(of keys: [any CodingKey]) -> String {
        keys.reversed().reduce(WireJSONFailure(.invalid, detail: "")) { $0.inside($1) }.path
    }

    private static func joined(_ head: String, _ rest: String) -> String {
        rest.isEmpty || rest.hasPrefix("[") ? head + rest : "\(head).\(rest)"
    }

    /// The same failure, seen from what holds the key; Swift's names become JSON's.
    func inside(_ key: any CodingKey) -> WireJSONFailure {
        if let index = key.intValue { return inside(index: index) }
        return inside(member: key is JSONPathKey ? key.stringValue : JSONMemberName.json(of: key.stringValue))
    }

    /// The same failure, seen from the object whose member failed; long names are cut.
    func inside(member name: String) -> WireJSONFailure {
        var outer = self
        outer.path = Self.joined(name.utf8.count <= 64 ? name : String(name.prefix(32)) + "…", path)
        return outer
    }

    /// The same failure, seen from the array whose element failed.
    func inside(index: Int) -> WireJSONFailure {
        var outer = self
        outer.path = Self.joined("[\(index)]", path)
        return outer
    }
}
