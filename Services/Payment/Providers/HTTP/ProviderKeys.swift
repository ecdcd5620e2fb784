import Synchronization

/// The keys by which a provider knows us: one, or two while one takes the other's place. What works is used until it
/// is refused (401); then the other is tried.
final class ProviderKeys: Sendable {
    private let keys: [String]
    private let working = Mutex(0)

    init(_ keys: [String]) {
        precondition(!keys.isEmpty, "a provider is called with a key")
        self.keys = keys
    }

    /// Asks with the key that worked last, then with the others, until one is not refused.
    func asking(
        _ ask: (_ key: String) async throws(ProviderFailure) -> ProviderReply
    ) async throws(ProviderFailure) -> ProviderReply {
        let first = working.withLock { $0 }
        for offset in keys.indices {
            let index = (first + offset) % keys.count
            let reply = try await ask(keys[index])
            guard reply.status == 401 else {
                working.withLock { $0 = index }
                return reply
            }
        }
        throw ProviderFailure("the provider takes none of our keys")
    }
}
