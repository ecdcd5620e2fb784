public import Ticketing

/// A customer's wish to pay, as the gateway passes it on.
public struct PaymentCommand: Codable, Hashable, Sendable {
    /// Whose.
    public var customerId: CustomerID
    /// Which order.
    public var orderId: OrderID
    /// The customer's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// How to pay.
    public var paymentMethod: PaymentMethodRequest?

    /// All members.
    public init(
        customerId: CustomerID,
        orderId: OrderID,
        idempotencyKey: String,
        fingerprint: String,
        paymentMethod: PaymentMethodRequest? = nil
    ) {
        self.customerId = customerId
        self.orderId = orderId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.paymentMethod = paymentMethod
    }
}
