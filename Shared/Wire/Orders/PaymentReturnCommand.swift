public import Ticketing

/// A buyer comes back from the provider's page.
public struct PaymentReturnCommand: Codable, Hashable, Sendable {
    /// Which payment.
    public var paymentId: PaymentID

    /// All members.
    public init(paymentId: PaymentID) {
        self.paymentId = paymentId
    }
}
