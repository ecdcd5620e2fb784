public import Postgres
public import Ticketing
public import Wire

/// Makes orders from holds, all or none, by the seats' door.
public enum OrderCreateBatch: DoorBatch {
    /// One customer's wish.
    public struct Item: Sendable {
        /// The id that the order gets.
        public let orderID: OrderID
        /// Whose, and by which key.
        public let key: DoorItemKey
        /// Distinct holds.
        public let holdIDs: [HoldID]
        /// Makes the answer that is stored with the key; called again for the caller, so it has to be pure.
        public let answer: @Sendable (OrderDecision) throws -> Answer

        /// A wish for an order; without a hold it is our bug.
        public init(
            orderID: OrderID, key: DoorItemKey, holdIDs: [HoldID],
            answer: @escaping @Sendable (OrderDecision) throws -> Answer
        ) {
            precondition(!holdIDs.isEmpty, "an order without a hold")
            self.orderID = orderID
            self.key = key
            self.holdIDs = holdIDs
            self.answer = answer
        }
    }

    /// What was decided, and whether an earlier use of the key in the same batch brought it about.
    public struct Outcome: Sendable {
        /// What was decided.
        public let decision: OrderDecision
        /// Whether another caller of the same key asked first.
        public var isRepeat = false
    }

    public static let name = "order_create"
    public static let statement = StatementLibrary.statement("order_create_batch")
    public static let unknownPerformance = Outcome(decision: .notFound)
    public static let hasCompletion = true

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.orderID),
            items.map(\.key.customerID),
            items.map(\.key.key),
            items.map(\.key.fingerprint),
            items.flatMap(\.holdIDs),
            items.enumerated().flatMap { place, item in item.holdIDs.map { _ in Int32(place + 1) } },
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> Outcome {
        Outcome(decision: try decision(of: row))
    }

    private static func decision(of row: PostgresRow) throws(PostgresFailure) -> OrderDecision {
        let word = try row.decode(String.self, at: DoorColumn.outcome)
        switch word {
        case "created": return .created(try OrderReading(row, at: DoorColumn.own + 3))
        case "replayed":
            guard let answer = try Answer.stored(row, statusAt: DoorColumn.own + 1) else {
                throw .unexpectedValue("the word \(word) for an answer that is not stored")
            }
            return .replayed(answer)
        case "in_use": return .inUse
        case "key_reused": return .keyReused
        case "not_found": return .notFound
        case "other_performance": return .otherPerformance
        case "order_exists": return .orderExists(try row.decode(at: DoorColumn.own))
        case "hold_released": return .holdReleased
        case "hold_expired": return .holdExpired
        default: throw .unexpectedValue("the word \(word) for OrderDecision")
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
