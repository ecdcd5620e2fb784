import Postgres
public import Ticketing

/// A refund, and how its payment stands in the ledger: what is compared with the provider's book before somebody's word
/// is believed that it went back by hand.
public struct RefundInBooks: Hashable, Sendable {
    /// Which.
    public let refundID: RefundID
    /// Where it is in its life.
    public let state: RefundState
    /// How much.
    public let amount: Money
    /// Of which payment.
    public let paymentID: PaymentID
    /// At whose door it is settled.
    public let performanceID: PerformanceID
    /// Who took the money.
    public let provider: String
    /// When the payment was begun.
    public let paidAt: Timestamp
    /// What of the payment stands in clearing: debits less credits, in minor units, without what the provider keeps.
    public let clearingMinor: Int64
    /// What of the payment is on its way back, in minor units: it may have arrived or not.
    public let pendingMinor: Int64
    /// How it went back by hand; nil when it did not.
    public let givenBackNote: String?

    /// All members.
    public init(
        refundID: RefundID, state: RefundState, amount: Money, paymentID: PaymentID, performanceID: PerformanceID,
        provider: String, paidAt: Timestamp, clearingMinor: Int64, pendingMinor: Int64, givenBackNote: String?
    ) {
        self.refundID = refundID
        self.state = state
        self.amount = amount
        self.paymentID = paymentID
        self.performanceID = performanceID
        self.provider = provider
        self.paidAt = paidAt
        self.clearingMinor = clearingMinor
        self.pendingMinor = pendingMinor
        self.givenBackNote = givenBackNote
    }

    /// Reads the columns of `refund_in_books`.
    init(_ row: PostgresRow, of refund: RefundID) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 2)
        self.init(
            refundID: refund, state: try row.word(at: 0), amount: try row.money(at: 1, in: currency),
            paymentID: try row.decode(at: 3), performanceID: try row.decode(at: 4), provider: try row.decode(at: 5),
            paidAt: try row.decode(at: 6), clearingMinor: try row.decode(at: 7), pendingMinor: try row.decode(at: 8),
            givenBackNote: try row.decode(at: 9))
    }
}
