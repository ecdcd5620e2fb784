/// A message that a stand-in has for the merchant.
public struct StandInEvent: Hashable, Sendable {
    /// What it is about: `payment_intent.succeeded`.
    public let type: String
    /// The merchant's payment that it is about.
    public let payment: String?
    /// The body as it is signed and sent.
    public let body: [UInt8]

    /// A message of a type.
    public init(type: String, payment: String? = nil, body: [UInt8]) {
        self.type = type
        self.payment = payment
        self.body = body
    }
}

extension [StandInEvent] {
    /// Takes out those about some payments, or all.
    mutating func take(about payments: Set<String>?) -> [StandInEvent] {
        func isTaken(_ event: StandInEvent) -> Bool {
            payments.map { payments in event.payment.map { payments.contains($0) } ?? false } ?? true
        }
        defer { removeAll(where: isTaken) }
        return filter(isTaken)
    }
}
