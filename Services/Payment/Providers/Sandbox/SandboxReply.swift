/// What a caller of the sandbox gets to see.
enum SandboxReply: Hashable, Sendable {
    /// The answer.
    case answer
    /// Nothing, until it gives up.
    case silenceUntilDeadline
    /// An error in place of the answer, though the charge was made.
    case brokenConnection
}
