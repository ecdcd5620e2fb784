/// Where a map stands.
public enum SequenceAnswer: Codable, Hashable, Sendable {
    /// Its position.
    case position(SeatsPosition)
    /// There is no such performance.
    case unknownPerformance
}
