public import Ticketing

/// A charge as an audit reads it.
public struct SandboxBookLine: Hashable, Sendable {
    /// The merchant's key.
    public let paymentID: PaymentID
    /// Where it is.
    public let state: SandboxChargeState
    /// How much was asked for.
    public let amount: Money
    /// How much of it went back.
    public let refundedMinor: Int64

    /// All members.
    public init(paymentID: PaymentID, state: SandboxChargeState, amount: Money, refundedMinor: Int64) {
        self.paymentID = paymentID
        self.state = state
        self.amount = amount
        self.refundedMinor = refundedMinor
    }

    /// What the provider has of it: charged less given back.
    public var keptMinor: Int64 { (state == .succeeded ? amount.amountMinor : 0) - refundedMinor }
}
