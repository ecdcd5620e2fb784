/// How many more customers may be called so that seats are left for each.
public struct SeatBudget: Hashable, Sendable {
    /// What is known of a performance's seats.
    public struct Seats: Hashable, Sendable {
        /// Free ones.
        public var available: Int
        /// Those that somebody may still give back.
        public var held: Int
        /// Those that are paid for.
        public var sold: Int

        /// All members.
        public init(available: Int, held: Int, sold: Int) {
            self.available = available
            self.held = held
            self.sold = sold
        }

        /// Held and sold ones.
        public var taken: Int { held + sold }
    }

    /// So much more than there is may be promised: some of those who are called take nothing.
    private static let promised = 1.2
    /// What a customer takes before anything is known, as if so many had taken it.
    private static let usualMost = 2.0
    private static let usualWeight = 20.0
    private static let seatsMin = 0.2
    // For a tenth of the seats somebody is called while others may still choose.
    private static let fewShare = 0.1

    /// Seats that a customer who was called takes, on the average.
    public let seatsPerAdmission: Double
    /// Seats that those who have not decided are expected to take still.
    public let expectedSeats: Double
    /// Free seats beyond those.
    public let seatsLeft: Int
    /// How many may be called.
    public let callsLeft: Int

    /// What a customer takes before anything is known, where nobody may have more than so many.
    static func usualSeats(upTo seatsPerCustomerMax: Int) -> Double {
        min(usualMost, Double(max(1, seatsPerCustomerMax)))
    }

    /// `undecided` were called so lately that they may still choose; `takenLately` is what was taken since. Of all seats
    /// that are taken, `takenByOthers` were before any of the `admitted` was called. `calledLately`: those of the
    /// undecided who were called within the time that one takes on the average.
    public init(
        _ seats: Seats, admitted: Int64, undecided: Int64, takenLately: Int, takenByOthers: Int = 0,
        calledLately: Int64? = nil, seatsPerCustomerMax: Int
    ) {
        let most = Double(max(1, seatsPerCustomerMax))
        let usual = Self.usualSeats(upTo: seatsPerCustomerMax)
        let decided = Double(max(0, admitted - undecided))
        // What those took who had the time to.
        let takenBefore = Double(max(0, seats.taken - takenByOthers - takenLately))
        let perAdmission = (takenBefore + usual * Self.usualWeight) / (decided + Self.usualWeight)
        seatsPerAdmission = min(most, max(Self.seatsMin, perAdmission))
        expectedSeats = max(0, Double(undecided) * seatsPerAdmission - Double(takenLately))
        seatsLeft = max(0, Int(Double(seats.available) - expectedSeats))
        let calls = Int((Double(seats.available) * Self.promised - expectedSeats) / seatsPerAdmission)
        // While seats are free somebody is called for them: the last ones would else wait for those who have gone, or
        // who want more seats than are left together.
        let isAnybodyNear = (calledLately ?? undecided) > 0
        let few = max(1, Int(Double(seats.available) / seatsPerAdmission * Self.fewShare))
        callsLeft = max(calls, seats.available > 0 && !isAnybodyNear ? few : 0)
    }
}
