import Ticketing

/// A provider's message, proved to be its own: a knock at the door. What became of the payment is asked afterwards, so
/// that messages may come twice, late and in any order.
struct ProviderNotice: Hashable, Sendable {
    /// Which payment it is about.
    let paymentID: PaymentID
    /// What it says, for logs.
    let event: String
}
