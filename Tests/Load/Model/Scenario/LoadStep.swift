/// What a request is for: requests are counted and timed by it.
public enum LoadStep: String, CaseIterable, Sendable, Codable {
    /// A page of the catalogue.
    case browse
    /// The states of all seats.
    case map
    /// A place in the queue.
    case enter
    /// Whether it is one's turn.
    case poll
    /// Seats.
    case hold
    /// To give them back.
    case giveBack = "give_back"
    /// An order of them.
    case order
    /// Its payment.
    case pay
    /// How a payment ended that was not over at once.
    case readOrder = "read_order"
    /// The money back.
    case refund

    /// Its place among all.
    public var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
