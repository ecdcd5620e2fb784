public import Postgres
public import Ticketing
public import Wire

/// Writes refunds of tickets down, by the seats' door. Somebody makes them at the provider afterwards.
public enum RefundBeginBatch: DoorBatch {
    /// One wish.
    public struct Item: Sendable {
        /// The id that the refund gets, and the provider's idempotency key.
        public let refundID: RefundID
        /// Of what.
        public let orderID: OrderID
        /// Whose key, and which.
        public let key: DoorItemKey
        /// As whom the key's owner asks.
        public let asker: RefundAsker
        /// Why, in the asker's own words.
        public let note: String
        /// Distinct tickets; none for all that are left of the order.
        public let ticketIDs: [TicketID]
        /// Makes the answer that is stored with the key; called again for the caller, so it has to be pure.
        public let answer: @Sendable (RefundDecision) throws -> Answer

        /// A wish for a refund.
        public init(
            refundID: RefundID, orderID: OrderID, key: DoorItemKey, asker: RefundAsker, note: String,
            ticketIDs: [TicketID], answer: @escaping @Sendable (RefundDecision) throws -> Answer
        ) {
            self.refundID = refundID
            self.orderID = orderID
            self.key = key
            self.asker = asker
            self.note = note
            self.ticketIDs = ticketIDs
            self.answer = answer
        }
    }

    /// What was decided, and whether an earlier use of the key in the same batch brought it about.
    public struct Outcome: Sendable {
        /// What was decided.
        public let decision: RefundDecision
        /// Whether another caller of the same key asked first.
        public var isRepeat = false
    }

    public static let name = "refund_begin"
    public static let statement = StatementLibrary.statement("refund_begin_batch")
    public static let unknownPerformance = Outcome(decision: .notFound)
    public static let hasCompletion = true

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.refundID),
            items.map(\.orderID),
            items.map(\.key.customerID),
            items.map(\.asker.rawValue),
            items.map(\.key.key),
            items.map(\.key.fingerprint),
            items.map(\.note),
            items.flatMap(\.ticketIDs),
            items.enumerated().flatMap { place, item in item.ticketIDs.map { _ in Int32(place + 1) } },
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> Outcome {
        Outcome(decision: try decision(of: row, for: item))
    }

    private static func decision(of row: PostgresRow, for item: Item) throws(PostgresFailure) -> RefundDecision {
        let own = DoorColumn.own
        let word = try row.decode(String.self, at: DoorColumn.outcome)
        switch word {
        case "begun":
            let currency = try row.decode(String.self, at: own + 4)
            return .begun(
                RefundResource(
                    refundId: try row.decode(at: own + 2), orderId: item.orderID, state: .pending,
                    reason: try row.word(at: own + 6), amount: try row.money(at: own + 3, in: currency),
                    ticketIds: try row.decode(at: own + 5), createdAt: try row.decode(at: own + 7)))
        case "replayed":
            guard let answer = try Answer.stored(row, statusAt: own) else {
                throw .unexpectedValue("the word \(word) for an answer that is not stored")
            }
            return .replayed(answer)
        case "in_use": return .inUse
        case "key_reused": return .keyReused
        case "not_found": return .notFound
        case "unknown_ticket": return .unknownTicket
        case "not_refundable": return .notRefundable
        case "already_refunded": return .alreadyRefunded(try row.decode(at: own + 5))
        case "already_checked_in": return .alreadyCheckedIn(try row.decode(at: own + 5))
        case "ticket_not_valid": return .ticketNotValid(try row.decode(at: own + 5))
        case "not_offered": return .notOffered
        default: throw .unexpectedValue("the word \(word) for RefundDecision")
        }
    }

    public static func key(of item: Item) -> DoorItemKey? { item.key }

    public static func repeated(_ outcome: Outcome) -> Outcome {
        Outcome(decision: outcome.decision, isRepeat: true)
    }

    public static func completion(
        of outcomes: [(item: Item, outcome: Outcome)], in performance: PerformanceID
    ) throws -> [PostgresCall] {
        var answers = AnswerStoring()
        for (item, outcome) in outcomes where outcome.decision.isAnswerStored {
            answers.add(try item.answer(outcome.decision), for: item.key)
        }
        return answers.calls
    }

    /// A key that two performances met at once belongs to the one that came first.
    public static func outcome(ofConstraint constraint: String, for item: Item) -> Outcome? {
        constraint == "idempotency_pkey" ? Outcome(decision: .keyReused) : nil
    }
}
