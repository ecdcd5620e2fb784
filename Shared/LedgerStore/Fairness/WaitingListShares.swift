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

    /// What many may wait for.
    private struct Kind: Hashable {
        let priceLevel: Int?
        let quantity: Int
    }

    /// Neighbours for a wish among the seats that are left; nil where there are none.
    let choose: @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?
    /// Seats that nobody was offered yet.
    private(set) var left: Set<SeatIndex>
    /// Who gets what, in the order in which they came.
    private(set) var offers: [Offer] = []
    /// What was looked for in vain: seats only become fewer, and thousands may wait for the same.
    private var vain: Set<Kind> = []

    init(
        seats: [SeatIndex],
        choose: @escaping @Sendable (_ wish: WaitingWish, _ left: Set<SeatIndex>) -> [SeatIndex]?
    ) {
        left = Set(seats)
        self.choose = choose
    }

    /// Offers seats to the next of those who wait, in the order in which they came. `seatsLeft`: how many each of them
    /// may still have; who is missing gets none.
    mutating func share(among wishes: [WaitingWish], seatsLeft: [WaitingListEntryID: Int]) {
        for wish in wishes where wish.quantity <= left.count {
            guard let most = seatsLeft[wish.entryID], most >= wish.quantity else { continue }
            let kind = Kind(priceLevel: wish.priceLevel, quantity: wish.quantity)
            if vain.contains(kind) { continue }
            guard let chosen = choose(wish, left) else {
                vain.insert(kind)
                continue
            }
            left.subtract(chosen)
            offers.append(Offer(entryID: wish.entryID, quantity: wish.quantity, seats: chosen.sorted()))
        }
    }
}
