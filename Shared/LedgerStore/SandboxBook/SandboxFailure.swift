/// Why the sandbox's book gives no answer, though its database does.
public enum SandboxFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The provider is away for this payment.
    case away

    /// For logs.
    public var description: String { "the provider is away" }
}
