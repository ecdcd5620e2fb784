public import Postgres
public import Ticketing
public import Wire

/// Settles payments by what the provider said, by the seats' door: seats, orders, transfers, tickets and answers at once.
public enum PaymentSettleBatch: DoorBatch {
    /// One observation, with the ids of whatever it may bring about.
    public struct Item: Sendable {
        /// Which payment.
        public let paymentID: PaymentID
        /// What the provider said.
        public let observation: PaymentObservation
        /// One for each of the order's seats.
        public let tickets: [TicketStub]
        /// The ids of its lines in the ledger: the price's and the fee's.
        public let transferIDs: (TransferID, TransferID)
        /// The id of the refund, should it have to be one.
        public let refundID: RefundID
        /// How much longer the seats are held after the first decline; the same for all of a process.
        public let extensionSeconds: Int
        /// Makes the answer that is stored with the payment's key; called again for the caller, so it has to be pure.
        public let answer: @Sendable (PaymentSettlement) throws -> Answer

        /// An observation.
        public init(
            paymentID: PaymentID, observation: PaymentObservation, tickets: [TicketStub],
            transferIDs: (TransferID, TransferID), refundID: RefundID, extensionSeconds: Int,
            answer: @escaping @Sendable (PaymentSettlement) throws -> Answer
        ) {
            self.paymentID = paymentID
            self.observation = observation
            self.tickets = tickets
            self.transferIDs = transferIDs
            self.refundID = refundID
            self.extensionSeconds = extensionSeconds
            self.answer = answer
        }
    }

    public static let name = "payment_settle"
    public static let statement = StatementLibrary.statement("payment_settle_batch")
    public static let unknownPerformance = PaymentSettlement.ofNothing
    public static let hasCompletion = true

    public static func values(for items: [Item], in performance: PerformanceID) -> [any PostgresEncodable] {
        [
            performance,
            items.map(\.paymentID),
            items.map(\.observation.word),
            items.map(\.observation.reference),
            items.map(\.observation.declineCode),
            items.map(\.observation.nextAction),
            items.flatMap { [$0.transferIDs.0, $0.transferIDs.1] },
            items.map(\.refundID),
            items.flatMap { $0.tickets.map(\.id) },
            items.flatMap { $0.tickets.map(\.code) },
            items.reduce(into: [Int32(1)]) { $0.append($0[$0.count - 1] + Int32($1.tickets.count)) },
            Int32(items[0].extensionSeconds),
        ]
    }

    public static func outcome(
        of row: PostgresRow, for item: Item, in performance: PerformanceID
    ) throws(PostgresFailure) -> PaymentSettlement {
        let own = DoorColumn.own
        let decision = try row.word(PaymentSettlement.Decision.self, at: DoorColumn.outcome)
        if decision == .notFound { return .ofNothing }
        let state: PaymentState = try row.word(at: own)
        // What was answered while it was open gives way to how it ended; that nothing was charged, to a charge.
        var stored = try Answer.stored(row, statusAt: own + 3)
        let isOutdated = stored.map { decision.tellsOfCharge || $0.status == 202 && !state.isUnsettled } ?? false
        if isOutdated { stored = nil }
        return PaymentSettlement(
            decision: decision,
            paymentState: state,
            order: try OrderReading(row, at: own + 6),
            idempotencyKey: try row.decode(at: own + 1),
            needsAnswer: try row.decode(Bool.self, at: own + 2) || isOutdated,
            storedAnswer: stored,
            pendingRefundID: try row.decode(at: own + 5))
    }

    /// No two items of a batch share a payment: the same observation is asked once, another waits for the next batch.
    public static func key(of item: Item) -> DoorItemKey? {
        DoorItemKey(
            customerID: CustomerID(high: item.paymentID.high, low: item.paymentID.low), key: "payment",
            fingerprint: Array(item.observation.word.utf8))
    }

    public static func completion(
        of outcomes: [(item: Item, outcome: PaymentSettlement)], in performance: PerformanceID
    ) throws -> [PostgresCall] {
        var answers = AnswerStoring()
        for (item, settlement) in outcomes where settlement.needsAnswer {
            guard let order = settlement.order, let key = settlement.idempotencyKey else { continue }
            answers.add(try item.answer(settlement), customer: order.customerID, waitingKey: key)
        }
        return answers.calls
    }
}
