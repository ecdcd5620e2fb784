/// What became of one of the wishes that travelled together.
public enum HoldAnswer: Codable, Hashable, Sendable {
    /// The rules gave it an answer of its own.
    case answered(Answer)
    /// The rules refuse it as they refuse others: the number of the refusal among the shared ones.
    case refused(shared: Int)
    /// It got none; the others are not touched by that.
    case failed(HoldFailure)
}

extension HoldAnswer {
    /// Reads the one case that is there.
    public init(from decoder: any Decoder) throws {
        let cases = try decoder.container(keyedBy: CodingKeys.self)
        // Asked for one after the other: to list the names that are there took longer than to read an answer.
        if cases.contains(.answered) {
            let values = try cases.nestedContainer(keyedBy: AnsweredCodingKeys.self, forKey: .answered)
            self = .answered(try values.decode(Answer.self, forKey: ._0))
        } else if cases.contains(.refused) {
            let values = try cases.nestedContainer(keyedBy: RefusedCodingKeys.self, forKey: .refused)
            self = .refused(shared: try values.decode(Int.self, forKey: .shared))
        } else {
            let values = try cases.nestedContainer(keyedBy: FailedCodingKeys.self, forKey: .failed)
            self = .failed(try values.decode(HoldFailure.self, forKey: ._0))
        }
    }
}
