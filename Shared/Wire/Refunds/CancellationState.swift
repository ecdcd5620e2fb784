/// How far the refunds of a cancelled performance are.
public enum CancellationState: String, Codable, Sendable, CaseIterable {
    /// Refunds are being written down, and made.
    case refunding
    /// None of them waits any more.
    case finished
}
