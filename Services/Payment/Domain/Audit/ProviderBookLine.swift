import Ticketing

/// What a provider has of one payment.
struct ProviderBookLine: Hashable, Sendable {
    let paymentID: PaymentID
    /// The ISO 4217 code.
    let currency: String
    /// What was taken, and how often: once, if all is well.
    private(set) var chargedMinor: Int64
    private(set) var chargeCount: Int
    /// What went back of it.
    private(set) var refundedMinor: Int64

    init(paymentID: PaymentID, currency: String, chargedMinor: Int64, refundedMinor: Int64) {
        self.paymentID = paymentID
        self.currency = currency
        self.chargedMinor = chargedMinor
        self.refundedMinor = refundedMinor
        chargeCount = chargedMinor == 0 ? 0 : 1
    }

    /// What the provider has: charged less given back.
    var keptMinor: Int64 { chargedMinor - refundedMinor }

    /// Another line of the same payment.
    mutating func add(_ other: ProviderBookLine) {
        chargedMinor += other.chargedMinor
        chargeCount += other.chargeCount
        refundedMinor += other.refundedMinor
    }
}
