import Ticketing
import Wire

/// What a hold command asks for, once it is well formed.
enum HoldWish: Equatable {
    case named([SeatIndex])
    case bestAvailable(BestAvailableRequest)

    /// Seats of one hold.
    static let seatsMax = 100

    /// Reads a command; the members at fault when it is not well formed.
    static func reading(_ command: HoldCommand) -> Result<HoldWish, HoldWishFault> {
        switch (command.seatIndexes, command.bestAvailable) {
        case (let seats?, nil):
            guard (1...seatsMax).contains(seats.count) else { return fault("seat_indexes", "out_of_range") }
            guard Set(seats).count == seats.count else { return fault("seat_indexes", "duplicate") }
            if let bad = seats.firstIndex(where: { $0 < 0 }) { return fault("seat_indexes[\(bad)]", "out_of_range") }
            return .success(.named(seats))
        case (nil, let wish?):
            guard (1...seatsMax).contains(wish.quantity) else {
                return fault("best_available.quantity", "out_of_range")
            }
            return .success(.bestAvailable(wish))
        case (nil, nil): return fault("seat_indexes", "missing")
        case (.some, .some): return fault("best_available", "invalid")
        }
    }

    private static func fault(_ path: String, _ code: String) -> Result<HoldWish, HoldWishFault> {
        .failure(HoldWishFault(field: FieldProblem(path: path, code: code)))
    }
}

/// The member of a hold command that is at fault.
struct HoldWishFault: Error, Equatable {
    let field: FieldProblem
}
