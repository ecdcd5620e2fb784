import Postgres
public import Ticketing

/// One seat's life.
extension AuditStore {
    private static let changesStatement = StatementLibrary.statement("audit_seat_changes")
    private static let holdsStatement = StatementLibrary.statement("audit_seat_holds")
    private static let ticketsStatement = StatementLibrary.statement("audit_seat_tickets")
    private static let paymentsStatement = StatementLibrary.statement("audit_seat_payments")
    private static let refundsStatement = StatementLibrary.statement("audit_seat_refunds")

    /// All that the ledger has of a seat.
    public func story(
        of seat: SeatIndex, in performance: PerformanceID, on snapshot: Snapshot
    ) async throws -> SeatStory {
        let place: [any PostgresEncodable] = [performance, seat]
        let transaction = snapshot.transaction
        return SeatStory(
            changes: try await transaction.execute(Self.changesStatement, place).map { row in
                guard let state = SeatState(rawValue: UInt8(truncatingIfNeeded: try row.decode(Int16.self, at: 2)))
                else { throw PostgresFailure.unexpectedValue("a state of a seat that is none") }
                return SeatStory.Change(sequence: try row.decode(at: 0), at: try row.decode(at: 1), state: state)
            },
            holds: try await transaction.execute(Self.holdsStatement, place).map { row in
                SeatStory.Hold(
                    holdID: try row.decode(at: 0), customerID: try row.decode(at: 1), state: try row.word(at: 2),
                    createdAt: try row.decode(at: 3), until: try row.decode(at: 4))
            },
            tickets: try await transaction.execute(Self.ticketsStatement, place).map { row in
                SeatStory.Ticket(
                    ticketID: try row.decode(at: 0), orderID: try row.decode(at: 1), state: try row.word(at: 2),
                    issuedAt: try row.decode(at: 3), checkedInAt: try row.decode(at: 4),
                    price: try row.money(at: 5, in: try row.decode(at: 6)))
            },
            payments: try await transaction.execute(Self.paymentsStatement, place).map { row in
                SeatStory.Payment(
                    paymentID: try row.decode(at: 0), orderID: try row.decode(at: 1), state: try row.word(at: 2),
                    amount: try row.money(at: 3, in: try row.decode(at: 4)), provider: try row.decode(at: 5),
                    createdAt: try row.decode(at: 6), settledAt: try row.decode(at: 7))
            },
            refunds: try await transaction.execute(Self.refundsStatement, place).map { row in
                SeatStory.Refund(
                    refundID: try row.decode(at: 0), paymentID: try row.decode(at: 1), orderID: try row.decode(at: 2),
                    reason: try row.decode(at: 3), state: try row.decode(at: 4),
                    amount: try row.money(at: 5, in: try row.decode(at: 6)), createdAt: try row.decode(at: 7),
                    madeAt: try row.decode(at: 8))
            })
    }
}
