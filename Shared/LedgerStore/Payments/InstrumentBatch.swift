public import Postgres
public import Ticketing
public import Wire

/// Asks before orders are paid whether their instruments may pay for so many seats more: `instrument_batch` of
/// migration 19. Only performances that limit it need this.
public enum InstrumentBatch: DoorBatch {
    /// One customer's wish to pay by an instrument.
    public struct Item: Sendable {
        /// What is paid.
        public let orderID: OrderID
        /// Whose payment, and by which key.
        public let key: DoorItemKey
        /// The instrument's HMAC: 32 bytes.
        public let instrument: [UInt8]
        /// The same by the older of two valid keys; nil while there is one.
        public let olderInstrument: [UInt8]?
        /// Makes the answer to a refusal, which is stored with the key; has to be pure.
        public let answer: @Sendable (_ seatsOwned: Int, _ seatsMax: Int) throws -> Answer

        public init(
            orderID: OrderID, key: DoorItemKey, instrument: [UInt8], olderInstrument: [UInt8]?,
            answer: @escaping @Sendable (_ seatsOwned: Int, _ seatsMax: Int) throws -> Answer
        ) {
            self.orderID = orderID
            self.key = key
            self.instrument = instrument
            self.olderInstrument = olderInstrument
            self.answer = answer
        }
    }

    /// What was decided.
    public enum Outcome: Hashable, Sendable {
        /// Nothing of the instrument's stands in the way.
        case passed
        /// It pays for as many seats as one may.
        case limitReached(seatsOwned: Int, seatsMax: Int)
    }

    public static let name = "instrument"
    public static let statement = StatementLibrary.statement("instrument_batch")
    /// That there is no such performance is said by the payment.
    public static let unknownPerformance = Outcome.passed
    public static let hasCompletion = true

    public static func key(of item: Item) -> DoorItemKey? { item.key }

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance, items.map(\.orderID), items.map(\.key.customerID), items.map(\.key.key),
            items.map(\.instrument), items.map(\.olderInstrument),
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Outcome
    {
        switch try row.word(Word.self, at: DoorColumn.outcome) {
        case .passed: .passed
        case .limitReached:
            .limitReached(
                seatsOwned: try row.decode(at: DoorColumn.own), seatsMax: try row.decode(at: DoorColumn.own + 1))
        }
    }

    public static func completion(
        of outcomes: [(item: Item, outcome: Outcome)], in performance: PerformanceID
    ) throws -> [PostgresCall] {
        var answers = AnswerStoring()
        for (item, outcome) in outcomes {
            guard case .limitReached(let owned, let max) = outcome else { continue }
            answers.add(try item.answer(owned, max), for: item.key)
        }
        return answers.calls
    }

    /// A key that another performance met at the same moment belongs to that one, as the payment says.
    public static func outcome(ofConstraint constraint: String, for item: Item) -> Outcome? {
        constraint == "idempotency_pkey" ? .passed : nil
    }

    private enum Word: String {
        case passed
        case limitReached = "instrument_limit_reached"
    }
}
