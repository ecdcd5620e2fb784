public import Postgres
public import Ticketing
public import Wire

/// Ends a performance's sale for good, by the seats' door.
public enum CancellationBeginBatch: DoorBatch {
    /// One wish.
    public struct Item: Sendable {
        /// Whose key, and which.
        public let key: DoorItemKey
        /// As whom the key's owner asks.
        public let asker: RefundAsker
        /// Why, in the asker's own words.
        public let reason: String
        /// Makes the answer that is stored with the key; called again for the caller, so it has to be pure.
        public let answer: @Sendable (CancellationDecision) throws -> Answer

        /// A wish to cancel.
        public init(
            key: DoorItemKey, asker: RefundAsker, reason: String,
            answer: @escaping @Sendable (CancellationDecision) throws -> Answer
        ) {
            self.key = key
            self.asker = asker
            self.reason = reason
            self.answer = answer
        }
    }

    public static let name = "cancellation_begin"
    public static let statement = StatementLibrary.statement("cancellation_begin_batch")
    public static let unknownPerformance = CancellationDecision.notFound
    public static let hasCompletion = true

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.key.customerID),
            items.map(\.asker.rawValue),
            items.map(\.key.key),
            items.map(\.key.fingerprint),
            items.map(\.reason),
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> CancellationDecision {
        let word = try row.decode(String.self, at: DoorColumn.outcome)
        switch word {
        case "cancelled": return .cancelled(try CancellationResource(row, at: DoorColumn.own + 2))
        case "replayed":
            guard let answer = try Answer.stored(row, statusAt: DoorColumn.own) else {
                throw .unexpectedValue("the word \(word) for an answer that is not stored")
            }
            return .replayed(answer)
        case "in_use": return .inUse
        case "key_reused": return .keyReused
        case "not_found": return .notFound
        default: throw .unexpectedValue("the word \(word) for CancellationDecision")
        }
    }

    public static func key(of item: Item) -> DoorItemKey? { item.key }

    public static func completion(
        of outcomes: [(item: Item, outcome: CancellationDecision)], in performance: PerformanceID
    ) throws -> [PostgresCall] {
        var answers = AnswerStoring()
        for (item, decision) in outcomes where decision.isAnswerStored {
            answers.add(try item.answer(decision), for: item.key)
        }
        return answers.calls
    }

    /// A key that two performances met at once belongs to the one that came first.
    public static func outcome(ofConstraint constraint: String, for item: Item) -> CancellationDecision? {
        constraint == "idempotency_pkey" ? .keyReused : nil
    }
}
