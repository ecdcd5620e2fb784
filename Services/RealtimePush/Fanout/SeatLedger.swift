import Wire

/// Answers a channel's questions about its performance.
protocol SeatLedger: Sendable {
    /// The map, whole or by what changed; throws when the ledger can't be asked.
    func seats(_ question: SeatsQuestion) async throws -> SeatsAnswer
    /// Which seats belong to which section; throws when the ledger can't be asked.
    func sections(_ question: SectionsQuestion) async throws -> SectionsAnswer
}
