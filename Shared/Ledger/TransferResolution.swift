/// How a transfer ended; it has one end at most, and the end never changes.
public enum TransferResolution: String, Codable, Sendable, CaseIterable {
    /// The money moved.
    case posted
    /// It was taken back before it moved.
    case voided
    /// Nobody ended it in time.
    case expired

    /// Whether the transfer counts in its accounts' balances.
    public var countsInBalance: Bool {
        switch self {
        case .posted: true
        case .voided, .expired: false
        }
    }
}
