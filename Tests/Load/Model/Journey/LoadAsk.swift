public import Ticketing

/// One request of a journey, before it is written down.
public enum LoadAsk: Sendable, Equatable {
    /// The n-th page that somebody looks at.
    case page(Int)
    case map
    case enter
    case poll
    case holdSeats([SeatIndex])
    case holdBest(Int)
    case giveBack(HoldID)
    case order(HoldID)
    case pay(OrderID, card: String)
    case readOrder(OrderID)
    case refund(OrderID)

    /// What it is counted as.
    public var step: LoadStep {
        switch self {
        case .page: .browse
        case .map: .map
        case .enter: .enter
        case .poll: .poll
        case .holdSeats, .holdBest: .hold
        case .giveBack: .giveBack
        case .order: .order
        case .pay: .pay
        case .readOrder: .readOrder
        case .refund: .refund
        }
    }

    /// How many seats it wants.
    public var seatCount: Int {
        switch self {
        case .holdSeats(let seats): seats.count
        case .holdBest(let count): count
        case .page, .map, .enter, .poll, .giveBack, .order, .pay, .readOrder, .refund: 0
        }
    }
}
