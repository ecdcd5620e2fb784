/// Pays: `POST /v1/orders/{order_id}/payments`.
public struct PaymentRequest: Codable, Hashable, Sendable {
    /// Not needed for a total of zero.
    public var paymentMethod: PaymentMethodRequest?

    /// All members.
    public init(paymentMethod: PaymentMethodRequest? = nil) {
        self.paymentMethod = paymentMethod
    }
}
