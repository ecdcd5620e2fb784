public import Ticketing

/// What of a payment stands in its provider's clearing account.
public struct ClearingLine: Hashable, Sendable {
    /// Which payment.
    public let paymentID: PaymentID
    /// Where it is in its life.
    public let state: PaymentState
    /// The ISO 4217 code.
    public let currency: String
    /// Debits less credits.
    public let keptMinor: Int64

    /// All members.
    public init(paymentID: PaymentID, state: PaymentState, currency: String, keptMinor: Int64) {
        self.paymentID = paymentID
        self.state = state
        self.currency = currency
        self.keptMinor = keptMinor
    }
}
