import Postgres
import Ticketing

/// What goes into `hold_batch` and what comes out of it, for named seats and for chosen ones.
enum HoldRows {
    static let statement = StatementLibrary.statement("hold_batch")

    /// `decidedAt` is the database's time that the items were decided by before, under the same lock.
    static func values(
        for items: [some HoldAsking], in performance: PerformanceID, decidedAt: Timestamp? = nil
    ) -> [any PostgresEncodable] {
        let customers = Array(Set(items.lazy.map(\.customerID)))
        let customerPlaces = Dictionary(uniqueKeysWithValues: zip(customers, Int32(1)...))
        var itemSeats: [SeatIndex] = []
        var itemStarts: [Int32] = [1]
        for item in items {
            itemSeats += item.seatIndexes
            itemStarts.append(Int32(itemSeats.count + 1))
        }
        let seats = distinctAscending(itemSeats)
        let seatPlaces = Dictionary(uniqueKeysWithValues: zip(seats, Int32(1)...))
        return [
            performance,
            items.map(\.holdID), items.map(\.customerID), items.map(\.idempotencyKey), items.map(\.fingerprint),
            items.map(\.requestID),
            customers, items.map { customerPlaces[$0.customerID] ?? 0 },
            itemSeats, itemStarts, seats, itemSeats.map { seatPlaces[$0] ?? 0 }, items.map { Int32($0.quantity) },
            decidedAt,
        ]
    }

    /// An item's outcome; `largestGroup` is for those that found not enough seats.
    static func outcome(
        of row: PostgresRow, for item: some HoldAsking, in performance: PerformanceID, largestGroup: Int = 0
    )
        throws(PostgresFailure) -> HoldOutcome
    {
        switch try row.word(Word.self, at: DoorColumn.outcome) {
        case .held:
            .held(try hold(of: row, performance, seatIndexes: item.seatIndexes, requestID: item.requestID))
        case .replayed:
            .replayed(
                try hold(
                    of: row, performance, seatIndexes: try row.decode(at: Column.seatIndexes),
                    requestID: try row.decode(at: Column.requestID)))
        case .keyReused: .keyReused
        case .notOnSale: .notOnSale(onSaleAt: try row.decode(at: Column.onSaleAt))
        case .salePaused: .salePaused
        case .saleEnded: .saleEnded
        case .unknownSeat: .unknownSeats(try row.decode(at: Column.seatIndexes))
        case .seatTaken: .seatsTaken(try row.decode(at: Column.seatIndexes))
        case .seatBlocked: .seatsBlocked(try row.decode(at: Column.seatIndexes))
        case .seatLimitReached:
            .seatLimitReached(
                seatsOwned: try row.decode(at: Column.seatsOwned), seatsMax: try row.decode(at: Column.seatsMax))
        case .coolingDown: .coolingDown(retryAfterSeconds: try row.decode(at: Column.retryAfterSeconds))
        case .notEnoughSeats: .notEnoughSeats(largestGroup: largestGroup)
        }
    }

    /// Only a batch of another performance can have used the key since this one looked.
    static func outcome(ofConstraint constraint: String) -> HoldOutcome? {
        constraint == "hold_key_unique" ? .keyReused : nil
    }

    private enum Word: String {
        case held, replayed
        case keyReused = "key_reused"
        case notOnSale = "not_on_sale"
        case salePaused = "sale_paused"
        case saleEnded = "sale_ended"
        case unknownSeat = "unknown_seat"
        case seatTaken = "seat_taken"
        case seatBlocked = "seat_blocked"
        case seatLimitReached = "seat_limit_reached"
        case coolingDown = "cooling_down"
        case notEnoughSeats = "not_enough_seats"
    }

    private enum Column {
        static let holdID = DoorColumn.own
        static let seatIndexes = DoorColumn.own + 1
        static let createdAt = DoorColumn.own + 2
        static let expiresAt = DoorColumn.own + 3
        static let subtotal = DoorColumn.own + 4
        static let serviceFee = DoorColumn.own + 5
        static let currency = DoorColumn.own + 6
        static let requestID = DoorColumn.own + 7
        static let seatsOwned = DoorColumn.own + 8
        static let seatsMax = DoorColumn.own + 9
        static let onSaleAt = DoorColumn.own + 10
        static let retryAfterSeconds = DoorColumn.own + 11
    }

    private static func hold(
        of row: PostgresRow, _ performance: PerformanceID, seatIndexes: [SeatIndex], requestID: String
    ) throws(PostgresFailure) -> MadeHold {
        let currency: String = try row.decode(at: Column.currency)
        return MadeHold(
            holdID: try row.decode(at: Column.holdID), performanceID: performance, seatIndexes: seatIndexes,
            createdAt: try row.decode(at: Column.createdAt), expiresAt: try row.decode(at: Column.expiresAt),
            subtotal: try row.money(at: Column.subtotal, in: currency),
            serviceFee: try row.money(at: Column.serviceFee, in: currency), requestID: requestID)
    }

    private static func distinctAscending(_ seats: [SeatIndex]) -> [SeatIndex] {
        var distinct: [SeatIndex] = []
        distinct.reserveCapacity(seats.count)
        for seat in seats.sorted() where distinct.last != seat { distinct.append(seat) }
        return distinct
    }
}
