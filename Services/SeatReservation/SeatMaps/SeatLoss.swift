import Ticketing
import Wire

/// Why named seats can't be had.
enum SeatLoss: Hashable, Sendable {
    /// All those of the wished seats that somebody else has, blocked ones included.
    case taken([SeatIndex])
    /// None is taken, these are not for sale.
    case blocked([SeatIndex])

    var code: ProblemCode {
        switch self {
        case .taken: .seatTaken
        case .blocked: .seatBlocked
        }
    }

    var seats: [SeatIndex] {
        switch self {
        case .taken(let seats), .blocked(let seats): seats
        }
    }
}
