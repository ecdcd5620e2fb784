/// What a replay of the seats' histories looks for. It is done here and not in the database, whose functions whoever
/// changes rows may have changed as well.
enum HistoryCheck: String, CaseIterable, Sendable {
    /// A change is missing, or does not give its hash.
    case chainBroken = "chain_broken"
    /// The performance's own sequence and hash are not those of its last change.
    case chainWithoutHead = "chain_without_head"
    /// A seat was held or sold that was sold or blocked.
    case seatSoldTwice = "seat_sold_twice"
    /// A seat's row is not what the history comes to.
    case seatDiffersFromHistory = "seat_differs_from_history"
    /// A change's tickets are not those that it committed to.
    case ticketDiffersFromChange = "ticket_differs_from_change"
    /// What was published is not what the history says now.
    case headNotInChain = "head_not_in_chain"
}
