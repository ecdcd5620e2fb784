/// A scenario's file as it stands there, before its words are looked at.
enum ScenarioTree: Decodable {
    case nothing
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([ScenarioTree])
    case object([String: ScenarioTree])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .nothing
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([ScenarioTree].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: ScenarioTree].self))
        }
    }

    /// What kind of value it is, for a person.
    var kind: String {
        switch self {
        case .nothing: "null"
        case .truth: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// What is wrong with a scenario's file, and where.
public struct ScenarioFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// In the file's own names: `people[0].does[2]`; empty for the whole of it.
    public let path: String
    /// What is wrong with it, and what would be right.
    public let problem: String

    /// The place and the sentence on one line.
    public var description: String { path.isEmpty ? problem : "\(path) \(problem)" }
}
