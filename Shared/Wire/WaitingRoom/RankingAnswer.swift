/// The order of a list.
public enum RankingAnswer: Codable, Hashable, Sendable {
    /// The entries' numbers, the first in line first: four bytes each, the lowest first, in standard base64.
    case numbers(String)
    /// There is none yet.
    case notRanked
}
