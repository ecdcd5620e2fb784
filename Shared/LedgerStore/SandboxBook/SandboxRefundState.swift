/// What became of a refund in the sandbox provider's book.
public enum SandboxRefundState: Hashable, Sendable {
    /// The money went back.
    case made
    /// It did not, for a reason.
    case refused(code: String)

    init(_ word: String) {
        self = word == "made" ? .made : .refused(code: word)
    }
}
