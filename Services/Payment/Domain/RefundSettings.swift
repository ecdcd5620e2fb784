/// The limits of refunds; each with its default beside it.
struct RefundSettings: Sendable {
    /// Tickets in one refund.
    var ticketsPerRefundMax = 1_000
    /// Characters of a reason.
    var noteCharactersMax = 500
    /// The longest span before the start that a rule may name: two years.
    var selfServiceSecondsMax = 63_072_000
}
