/// What became of one of the wishes that travelled together.
public enum HoldAnswer: Codable, Hashable, Sendable {
    /// The rules gave it an answer of its own.
    case answered(Answer)
    /// The rules refuse it as they refuse others: the number of the refusal among the shared ones.
    case refused(shared: Int)
    /// It got none; the others are not touched by that.
    case failed(HoldFailure)
}
