/// A text that must not be told: every description of it is `***`.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that needs it.
    public let exposed: String

    /// Keeps a text.
    public init(_ text: String) {
        exposed = text
    }

    /// Never the text.
    public var description: String { "***" }
    /// Never the text.
    public var debugDescription: String { "***" }
    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
