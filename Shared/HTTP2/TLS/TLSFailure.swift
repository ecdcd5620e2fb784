/// Why certificates can't be used.
public struct TLSFailure: Error, Sendable, CustomStringConvertible {
    /// For an operator; nothing secret.
    public let description: String
}
