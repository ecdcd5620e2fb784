import LedgerStore

/// Somebody who is told of messages, one at a time.
protocol MessageConsumer: Sendable {
    /// How they are told.
    var means: MessageMeans { get }
    /// Tells it; what the peer said, for the delivery's story. Whatever it throws is a failed attempt.
    func deliver(_ delivery: ClaimedDelivery, milliseconds: Int) async throws -> String
}
