public import Wire

/// What the ledger decided about a wish to end a performance's sale for good.
public enum CancellationDecision: Hashable, Sendable {
    /// It is cancelled, now or before.
    case cancelled(CancellationResource)
    /// The same request was answered before.
    case replayed(Answer)
    /// The key is being worked on.
    case inUse
    /// The key was used for another request.
    case keyReused
    /// There is no such performance of the asker's.
    case notFound

    /// Whether the answer is stored with the key.
    var isAnswerStored: Bool {
        switch self {
        case .cancelled, .notFound: true
        case .replayed, .inUse, .keyReused: false
        }
    }
}
