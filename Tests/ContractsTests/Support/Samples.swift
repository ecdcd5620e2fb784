import Ticketing
import Wire

/// Values with every member set, and answers of every form.
enum Samples {
    static let now = Timestamp(unixMicroseconds: 1_795_248_000_123_456)
    static let customer = CustomerID(at: now)
    static let performance = PerformanceID(at: now)
    static let position = SeatsPosition(epoch: 3, sequence: .max)
    static let text = "자리 \"12\" \\ \u{1F3AB}\n</script>"
    static let money = Money(amountMinor: 55_000, currency: "KRW")

    static let hold = HoldResource(
        holdId: HoldID(at: now), performanceId: performance, state: .active, seatIndexes: [0, 7, .max],
        expiresAt: now, subtotal: money, serviceFee: money, total: money)

    static let account = CustomerResource(customerId: customer, email: "a@b.example", name: text, role: .organizer)

    static let states: PackedSeatStates = {
        var states = PackedSeatStates(count: 9)
        for (seat, state) in SeatState.allCases.enumerated() { states[seat * 2] = state }
        return states
    }()

    static let delta = SeatDelta(
        epoch: 3, afterSequence: 8, sequence: 11,
        changes: SeatState.allCases.map { SeatChange(seatIndex: SeatIndex($0.rawValue), state: $0) })

    /// A refusal of each code, with everything at fault filled in.
    static let refusals: [Problem] = ProblemCode.allCases.map { code in
        Problem(code, detail: text).with { problem in
            problem.requestId = "0af7651916cd43dd"
            problem.fields = [FieldProblem(path: "seat_indexes[0]", code: "out_of_range")]
            problem.seatIndexes = [3, 4]
            problem.alternatives = [[5, 6], [], [7]]
            problem.largestGroup = 2
            problem.seatsMax = 6
            problem.seatsOwned = 5
            problem.onSaleAt = now
            problem.orderId = OrderID(at: now)
            problem.checkedInAt = now
            problem.retryAfterSeconds = 7
        }
    }

    /// Answers of a method that gives the customer's answer: values, nothing, a replay, and each refusal.
    static func answers() throws -> [Answer] {
        try [
            Answer(hold, status: 201), .noContent,
            Answer(status: 202, body: RawJSON(trusting: Array(#"{ "kept" : [1 ,2.50] }"#.utf8)), isReplay: true),
        ] + refusals.map { try Answer(refusal: $0) }
    }
}
