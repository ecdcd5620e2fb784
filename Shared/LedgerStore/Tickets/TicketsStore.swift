public import Postgres
public import Ticketing
public import Wire

/// Reads tickets, and lets their bearers in.
public struct TicketsStore: Sendable {
    private static let read = StatementLibrary.statement("ticket_read")
    private static let page = StatementLibrary.statement("tickets_page")
    private static let checkIn = StatementLibrary.statement("check_in")

    private let pool: PostgresPool

    /// Tickets of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One ticket of a customer; nil when there is none, which is believed only of the primary.
    public nonisolated(nonsending) func ticket(
        _ id: TicketID, of customer: CustomerID
    ) async throws(PostgresFailure) -> TicketResource? {
        if let row = try await pool.execute(Self.read, [id, customer]).first { return try TicketResource(row) }
        guard let row = try await pool.executeConfirmed(Self.read, [id, customer]).first else { return nil }
        return try TicketResource(row)
    }

    /// A page of a customer's tickets, the latest first; the cursor is the last one's id.
    public nonisolated(nonsending) func tickets(
        of customer: CustomerID, after cursor: TicketID?, limit: Int
    ) async throws(PostgresFailure) -> [TicketResource] {
        var tickets: [TicketResource] = []
        for row in try await pool.execute(Self.page, [customer, cursor, Int64(limit)]) {
            tickets.append(try TicketResource(row))
        }
        return tickets
    }

    /// Lets a bearer in, once; `answer` makes what is stored with the key in the same transaction, and has to be pure.
    public nonisolated(nonsending) func checkIn(
        code: String, by key: DoorItemKey, isAdmin: Bool, answer: (CheckInDecision) throws -> Answer
    ) async throws -> CheckInDecision {
        try await pool.transaction { transaction in
            let rows = try await transaction.execute(
                Self.checkIn, [key.customerID, isAdmin, key.key, key.fingerprint, code])
            guard let row = rows.first else { throw PostgresFailure.unexpectedValue("nothing for CheckInDecision") }
            let decision = try CheckInDecision(row)
            switch decision {
            case .replayed, .inUse, .keyReused: break
            case .checkedIn, .alreadyCheckedIn, .ticketNotValid, .notFound:
                var answers = AnswerStoring()
                answers.add(try answer(decision), for: key)
                _ = try await transaction.execute(together: answers.calls)
            }
            return decision
        }
    }
}

extension CheckInDecision {
    fileprivate init(_ row: PostgresRow) throws(PostgresFailure) {
        let word = try row.decode(String.self, at: 0)
        switch word {
        case "checked_in":
            self = .checkedIn(
                CheckInResource(
                    ticketId: try row.decode(at: 3), performanceId: try row.decode(at: 4),
                    seatLabel: try row.decode(at: 5), checkedInAt: try row.decode(at: 6)))
        case "already_checked_in": self = .alreadyCheckedIn(at: try row.decode(at: 6))
        case "ticket_not_valid": self = .ticketNotValid
        case "not_found": self = .notFound
        case "in_use": self = .inUse
        case "key_reused": self = .keyReused
        case "replayed":
            guard let answer = try Answer.stored(row, statusAt: 1) else {
                throw .unexpectedValue("the word \(word) for an answer that is not stored")
            }
            self = .replayed(answer)
        default: throw .unexpectedValue("the word \(word) for CheckInDecision")
        }
    }
}

extension TicketResource {
    fileprivate init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 6)
        self.init(
            ticketId: try row.decode(at: 0),
            orderId: try row.decode(at: 1),
            performanceId: try row.decode(at: 2),
            seatIndex: try row.decode(at: 3),
            seatLabel: try row.decode(at: 4),
            price: try row.money(at: 5, in: currency),
            state: try row.word(at: 7),
            code: try row.decode(at: 8))
    }
}
