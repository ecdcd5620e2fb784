/// The limits of paying; each with its default beside it.
struct CheckoutSettings: Sendable {
    /// How long the provider may take to answer.
    var providerSeconds = 8
    /// How long a begun payment belongs to whoever began it; longer than the provider may take.
    var leaseSeconds = 15
    /// How much longer seats are held after the first decline.
    var declineExtensionSeconds = 60
    /// After so many hours a payment is never sent to the provider again, only asked for: its key may be forgotten there.
    static let resendHoursMax: Int64 = 20
    /// Holds in one order.
    var holdsPerOrderMax = 20
    /// Items on one page of a list.
    var pageItemsMax = 100
    /// What is left of a caller's deadline for settling after the provider was waited for, in milliseconds.
    var settleMillisecondsReserved = 1_000
}
