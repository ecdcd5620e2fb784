/// Why a provider's call brought no answer.
struct ProviderFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, for logs; nothing secret.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
