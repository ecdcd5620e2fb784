public import Postgres
public import Ticketing
public import Wire

/// Writes attempts at paying down and freezes their seats, by the seats' door.
public enum PaymentBeginBatch: DoorBatch {
    /// One customer's wish.
    public struct Item: Sendable {
        /// The id that the payment gets, and the provider's idempotency key.
        public let paymentID: PaymentID
        /// What is paid.
        public let orderID: OrderID
        /// Whose, and by which key.
        public let key: DoorItemKey
        /// `card`; nil when the order costs nothing.
        public let methodType: String?
        /// The provider's word for the card.
        public let methodToken: String?
        /// Who is asked for the money; the same for all of a process.
        public let provider: String
        /// How long nobody else goes on with it; the same for all of a process.
        public let leaseSeconds: Int
        /// Makes the answer to a refusal, which is stored with the key; has to be pure.
        public let answer: @Sendable (PaymentBeginDecision.Refusal) throws -> Answer

        /// A wish to pay.
        public init(
            paymentID: PaymentID, orderID: OrderID, key: DoorItemKey, methodType: String?, methodToken: String?,
            provider: String, leaseSeconds: Int,
            answer: @escaping @Sendable (PaymentBeginDecision.Refusal) throws -> Answer
        ) {
            self.paymentID = paymentID
            self.orderID = orderID
            self.key = key
            self.methodType = methodType
            self.methodToken = methodToken
            self.provider = provider
            self.leaseSeconds = leaseSeconds
            self.answer = answer
        }
    }

    public static let name = "payment_begin"
    public static let statement = StatementLibrary.statement("payment_begin_batch")
    public static let unknownPerformance = PaymentBeginDecision.refused(.notFound)
    public static let hasCompletion = true

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.paymentID),
            items.map(\.orderID),
            items.map(\.key.customerID),
            items.map(\.key.key),
            items.map(\.key.fingerprint),
            items.map(\.methodType),
            items.map(\.methodToken),
            items[0].provider,
            Int32(items[0].leaseSeconds),
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> PaymentBeginDecision {
        let word = try row.decode(String.self, at: DoorColumn.outcome)
        switch word {
        case "begun": return .begun(try attempt(row, item, performance))
        case "resumed": return .resumed(try attempt(row, item, performance))
        case "replayed":
            guard let answer = try Answer.stored(row, statusAt: DoorColumn.own) else {
                throw .unexpectedValue("the word \(word) for an answer that is not stored")
            }
            return .replayed(answer)
        case "in_use": return .inUse
        case "key_reused": return .keyReused
        default:
            guard let refusal = PaymentBeginDecision.Refusal(rawValue: word) else {
                throw .unexpectedValue("the word \(word) for PaymentBeginDecision")
            }
            return .refused(refusal)
        }
    }

    private static func attempt(
        _ row: PostgresRow, _ item: Item, _ performance: PerformanceID
    ) throws(PostgresFailure) -> PaymentAttempt {
        let own = DoorColumn.own
        let currency = try row.decode(String.self, at: own + 4)
        return PaymentAttempt(
            paymentID: try row.decode(at: own + 2),
            orderID: item.orderID,
            performanceID: performance,
            customerID: item.key.customerID,
            state: .pending,
            amount: try row.money(at: own + 3, in: currency),
            provider: try row.decode(at: own + 5),
            methodToken: try row.decode(at: own + 6),
            isFreezeOver: false,
            ageSeconds: try row.decode(at: own + 8),
            seatCount: Int(try row.decode(Int32.self, at: own + 7)))
    }

    public static func key(of item: Item) -> DoorItemKey? { item.key }

    /// Whoever repeats a key in the batch that begins its payment finds it being worked on.
    public static func repeated(_ outcome: PaymentBeginDecision) -> PaymentBeginDecision {
        switch outcome {
        case .begun, .resumed: .inUse
        case .replayed, .inUse, .keyReused, .refused: outcome
        }
    }

    public static func completion(
        of outcomes: [(item: Item, outcome: PaymentBeginDecision)], in performance: PerformanceID
    ) throws -> [PostgresCall] {
        var answers = AnswerStoring()
        for (item, outcome) in outcomes {
            if case .refused(let refusal) = outcome { answers.add(try item.answer(refusal), for: item.key) }
        }
        return answers.calls
    }

    /// A key that two performances met at once belongs to the one that came first.
    public static func outcome(ofConstraint constraint: String, for item: Item) -> PaymentBeginDecision? {
        constraint == "idempotency_pkey" ? .keyReused : nil
    }
}
