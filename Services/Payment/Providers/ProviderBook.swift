import Ticketing

/// A provider's own book, as its API tells it.
protocol ProviderBook: Sendable {
    /// The provider's name in the ledger.
    var name: String { get }

    /// Reads every charge of ours that was made since; the order does not matter, and a payment may come more than once.
    func read(since start: Timestamp, _ take: (ProviderBookLine) -> Void) async throws
}
