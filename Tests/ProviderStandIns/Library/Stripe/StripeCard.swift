/// The test cards of Stripe that the stand-in knows, by the tokens that Stripe's documentation gives them.
enum StripeCard: String, CaseIterable {
    case good = "pm_card_visa"
    case declined = "pm_card_visa_chargeDeclined"
    case withoutFunds = "pm_card_visa_chargeDeclinedInsufficientFunds"
    case wantsAuthentication = "pm_card_threeDSecure2Required"
    /// Succeeds; its refunds fail.
    case refundFails = "pm_card_refundFail"
    /// Succeeds; its refunds take their time.
    case refundsLater = "pm_card_pendingRefund"

    /// The bank's reason to refuse.
    var declineCode: String? {
        switch self {
        case .declined: "generic_decline"
        case .withoutFunds: "insufficient_funds"
        case .good, .wantsAuthentication, .refundFails, .refundsLater: nil
        }
    }
}
