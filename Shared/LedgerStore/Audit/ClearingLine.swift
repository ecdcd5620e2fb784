public import Ticketing

/// What of a payment stands in its provider's clearing account.
public struct ClearingLine: Hashable, Sendable {
    /// Which payment.
    public let paymentID: PaymentID
    /// Where it is in its life.
    public let state: PaymentState
    /// The ISO 4217 code.
    public let currency: String
    /// Debits less credits, without what the provider keeps for itself.
    public let keptMinor: Int64
    /// What of it is on its way back: refunds that are pending. One that was refused is on no way.
    public let pendingMinor: Int64
    /// When it was begun.
    public let createdAt: Timestamp

    /// All members.
    public init(
        paymentID: PaymentID, state: PaymentState, currency: String, keptMinor: Int64, pendingMinor: Int64 = 0,
        createdAt: Timestamp
    ) {
        self.paymentID = paymentID
        self.state = state
        self.currency = currency
        self.keptMinor = keptMinor
        self.pendingMinor = pendingMinor
        self.createdAt = createdAt
    }
}
