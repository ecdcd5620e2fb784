import Postgres
public import Ticketing

/// A refund at the provider: what is needed to make it, or to ask what became of it.
public struct RefundAttempt: Hashable, Sendable {
    /// How many columns come before its payment's.
    private static let ownColumnCount = 5

    /// Our id.
    public let refundID: RefundID
    /// The provider's idempotency key: our id, or another one once it was refused and is tried again.
    public let key: RefundID
    /// How much.
    public let amount: Money
    /// Where it is in its life.
    public let state: RefundState
    /// Of which payment.
    public let payment: PaymentAttempt

    /// A refund as the caller knows it.
    public init(
        refundID: RefundID, key: RefundID, amount: Money, state: RefundState = .pending, payment: PaymentAttempt
    ) {
        self.refundID = refundID
        self.key = key
        self.amount = amount
        self.state = state
        self.payment = payment
    }

    /// Reads the columns of `refunds_claim` and `refunds_of_payment`.
    init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 3)
        self.init(
            refundID: try row.decode(at: 0), key: try row.decode(at: 1), amount: try row.money(at: 2, in: currency),
            state: try row.word(at: 4), payment: try PaymentAttempt(row, at: Self.ownColumnCount))
    }
}
