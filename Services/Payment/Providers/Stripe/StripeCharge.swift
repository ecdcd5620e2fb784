/// A charge of Stripe's, as far as an audit reads it. It carries the metadata of the intent that it was made by.
struct StripeCharge: Decodable, Hashable, Sendable {
    let id: String
    let paid: Bool
    let amountCaptured: Int64
    let amountRefunded: Int64
    let currency: String
    let metadata: [String: String]?
}
