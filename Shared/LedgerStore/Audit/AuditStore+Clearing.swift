import Postgres
public import Ticketing

/// What is compared with a provider's own book.
extension AuditStore {
    private static let clearingPage = StatementLibrary.statement("audit_clearing_page")

    /// A page of what stands in a provider's clearing account after a payment, by payment id.
    public func clearing(
        of provider: String, after payment: PaymentID, limit: Int, on snapshot: Snapshot
    ) async throws -> [ClearingLine] {
        try await snapshot.transaction.execute(Self.clearingPage, [payment, Int64(limit), provider]).map { row in
            ClearingLine(
                paymentID: try row.decode(at: 0), state: try row.word(at: 1), currency: try row.decode(at: 2),
                keptMinor: try row.decode(at: 3), pendingMinor: try row.decode(at: 4), createdAt: try row.decode(at: 5))
        }
    }
}
