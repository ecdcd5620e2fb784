import Postgres
public import Ticketing

/// A payment whose outcome is open: what is needed to go on with it.
public struct PaymentAttempt: Hashable, Sendable {
    /// Our id, and the provider's idempotency key.
    public let paymentID: PaymentID
    /// What it pays.
    public let orderID: OrderID
    /// At whose door it is settled.
    public let performanceID: PerformanceID
    /// Who pays.
    public let customerID: CustomerID
    /// Where it is in its life.
    public let state: PaymentState
    /// How much.
    public let amount: Money
    /// Who is asked for the money; `none` for nothing.
    public let provider: String
    /// The provider's word for the card.
    public let methodToken: String
    /// Whether its seats are frozen no longer.
    public let isFreezeOver: Bool
    /// Seconds since it was begun, by the database's clock.
    public let ageSeconds: Int64
    /// How many tickets it buys.
    public let seatCount: Int
    /// The provider's own name of it, once it told.
    public let reference: String?

    /// A payment as the caller knows it.
    public init(
        paymentID: PaymentID, orderID: OrderID, performanceID: PerformanceID, customerID: CustomerID,
        state: PaymentState, amount: Money, provider: String, methodToken: String, isFreezeOver: Bool,
        ageSeconds: Int64, seatCount: Int, reference: String? = nil
    ) {
        self.paymentID = paymentID
        self.orderID = orderID
        self.performanceID = performanceID
        self.customerID = customerID
        self.state = state
        self.amount = amount
        self.provider = provider
        self.methodToken = methodToken
        self.isFreezeOver = isFreezeOver
        self.ageSeconds = ageSeconds
        self.seatCount = seatCount
        self.reference = reference
    }

    /// Reads the columns of `payment_read` and `payments_claim`, the first of them at `first`.
    init(_ row: PostgresRow, at first: Int = 0) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: first + 6)
        self.init(
            paymentID: try row.decode(at: first),
            orderID: try row.decode(at: first + 1),
            performanceID: try row.decode(at: first + 2),
            customerID: try row.decode(at: first + 3),
            state: try row.word(at: first + 4),
            amount: try row.money(at: first + 5, in: currency),
            provider: try row.decode(at: first + 7),
            methodToken: try row.decode(at: first + 8),
            isFreezeOver: try row.decode(at: first + 9),
            ageSeconds: try row.decode(at: first + 10),
            seatCount: Int(try row.decode(Int32.self, at: first + 11)),
            reference: try row.decode(at: first + 12))
    }
}
