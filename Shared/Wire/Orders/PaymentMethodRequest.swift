/// How to pay.
public struct PaymentMethodRequest: Codable, Hashable, Sendable {
    /// `card`.
    public var type: String
    /// The provider's word for the card; never the card.
    public var token: String

    /// All members.
    public init(type: String, token: String) {
        self.type = type
        self.token = token
    }
}
