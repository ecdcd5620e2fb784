/// Every setting that is missing or wrong: one clear line each.
public struct SettingsFailure: Error, Equatable, CustomStringConvertible {
    /// The lines; none tells the value of a secret.
    public let problems: [String]

    /// The lines as one text.
    public var description: String { problems.joined(separator: "\n") }
}
