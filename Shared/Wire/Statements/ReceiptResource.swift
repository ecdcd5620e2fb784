public import Ticketing

/// What a customer paid, for what, and what went back.
public struct ReceiptResource: Codable, Hashable, Sendable {
    /// Of which order.
    public var orderId: OrderID
    /// When it was paid.
    public var paidAt: Timestamp
    /// The show.
    public var eventTitle: String
    /// Where.
    public var venueName: String
    /// When.
    public var startsAt: Timestamp
    /// Who took the money; `none` when it cost nothing.
    public var provider: String
    /// The payment.
    public var paymentId: PaymentID
    /// By seat.
    public var lines: [ReceiptLineResource]
    /// The tickets' prices.
    public var subtotal: Money
    /// The fees.
    public var serviceFee: Money
    /// Both.
    public var total: Money
    /// The tax inside of the total, by rate.
    public var taxes: [ReceiptTaxResource]
    /// What went back, or is on its way: oldest first.
    public var refunds: [RefundResource]
    /// What went back.
    public var refunded: Money

    /// All members.
    public init(
        orderId: OrderID,
        paidAt: Timestamp,
        eventTitle: String,
        venueName: String,
        startsAt: Timestamp,
        provider: String,
        paymentId: PaymentID,
        lines: [ReceiptLineResource],
        subtotal: Money,
        serviceFee: Money,
        total: Money,
        taxes: [ReceiptTaxResource],
        refunds: [RefundResource],
        refunded: Money
    ) {
        self.orderId = orderId
        self.paidAt = paidAt
        self.eventTitle = eventTitle
        self.venueName = venueName
        self.startsAt = startsAt
        self.provider = provider
        self.paymentId = paymentId
        self.lines = lines
        self.subtotal = subtotal
        self.serviceFee = serviceFee
        self.total = total
        self.taxes = taxes
        self.refunds = refunds
        self.refunded = refunded
    }
}
