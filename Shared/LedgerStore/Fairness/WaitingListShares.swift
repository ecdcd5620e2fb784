import Ticketing

/// Shares seats out among those who wait, first come, first served: whoever can't use what is there keeps their place,
/// and the next one is asked. Pure.
struct WaitingListShares: Sendable {
    /// Seats for one of those who wait.
    struct Offer: Sendable, Hashable {
        let entryID: WaitingListEntryID
        let quantity: Int
        /// Ascending.
        let seats: [SeatIndex]
    }

    /// In the order in which they came.
    let wishes: [WaitingWish]
    let seats: [SeatIndex]
    /// Neighbours for a wish among the seats that are left; nil where there are none.
    let choose: @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?
    /// How many seats each customer may still have, as far as it was asked; nil for one who gets none.
    private(set) var seatsLeft: [WaitingListEntryID: Int?] = [:]

    init(
        wishes: [WaitingWish], seats: [SeatIndex],
        choose: @escaping @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?
    ) {
        self.wishes = wishes
        self.seats = seats
        self.choose = choose
    }

    /// What was learnt of some customers.
    mutating func learn(_ entry: WaitingListEntryID, seatsLeft left: Int?) { seatsLeft[entry] = .some(left) }

    /// Those of the offers whose customers nobody has asked about yet.
    func unknown(of offers: [Offer]) -> [WaitingListEntryID] {
        offers.map(\.entryID).filter { seatsLeft[$0] == nil }
    }

    /// Who gets what, by what is known now.
    func offers() -> [Offer] {
        var left = Set(seats)
        var offers: [Offer] = []
        for wish in wishes where wish.quantity <= left.count {
            if let known = seatsLeft[wish.entryID], known ?? 0 < wish.quantity { continue }
            guard let chosen = choose(wish, left) else { continue }
            left.subtract(chosen)
            offers.append(Offer(entryID: wish.entryID, quantity: wish.quantity, seats: chosen.sorted()))
        }
        return offers
    }
}
