import Wire

/// Answers a channel's questions about its performance.
protocol SeatLedger: Sendable {
    /// The map, whole or by what changed; throws when the ledger can't be asked.
    func seats(_ question: SeatsQuestion) async throws -> SeatsAnswer
}
