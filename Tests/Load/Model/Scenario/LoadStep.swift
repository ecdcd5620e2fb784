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
    public var place: Int {
        switch self {
        case .browse: 0
        case .map: 1
        case .enter: 2
        case .poll: 3
        case .hold: 4
        case .giveBack: 5
        case .order: 6
        case .pay: 7
        case .readOrder: 8
        case .refund: 9
        }
    }

    /// How many there are.
    static let count = 10

    /// Whether it is more than a look.
    public var changesSomething: Bool {
        switch self {
        case .hold, .giveBack, .order, .pay, .refund: true
        case .browse, .map, .enter, .poll, .readOrder: false
        }
    }

    /// What a request is for, where it is one of several for the same thing.
    public var purpose: LoadStep {
        switch self {
        case .poll: .enter
        case .readOrder: .pay
        case .browse, .map, .enter, .hold, .giveBack, .order, .pay, .refund: self
        }
    }
}
