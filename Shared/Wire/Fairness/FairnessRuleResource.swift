/// An organizer's rule for what happens after a sale's opening.
public struct FairnessRuleResource: Codable, Hashable, Sendable {
    /// The longest that somebody waits who held seats and let them lapse, in seconds; 0: nobody waits.
    public var coolDownSecondsMax: Int
    /// For how many seats one card may pay; absent: for as many as its owners may have.
    public var seatsPerInstrumentMax: Int?
    /// How long seats that come back are offered to each who waits for some, in seconds; absent: no waiting list.
    public var waitingListOfferSeconds: Int?

    /// Without members set: no rule at all.
    public init(
        coolDownSecondsMax: Int = 0, seatsPerInstrumentMax: Int? = nil, waitingListOfferSeconds: Int? = nil
    ) {
        self.coolDownSecondsMax = coolDownSecondsMax
        self.seatsPerInstrumentMax = seatsPerInstrumentMax
        self.waitingListOfferSeconds = waitingListOfferSeconds
    }

    /// The members that are out of their bounds.
    public var faults: [FieldProblem] {
        var faults: [FieldProblem] = []
        if !(0...86_400).contains(coolDownSecondsMax) {
            faults.append(FieldProblem(path: "cool_down_seconds_max", code: "out_of_range"))
        }
        if let seatsPerInstrumentMax, !(1...100_000).contains(seatsPerInstrumentMax) {
            faults.append(FieldProblem(path: "seats_per_instrument_max", code: "out_of_range"))
        }
        if let waitingListOfferSeconds, !(30...86_400).contains(waitingListOfferSeconds) {
            faults.append(FieldProblem(path: "waiting_list_offer_seconds", code: "out_of_range"))
        }
        return faults
    }
}
