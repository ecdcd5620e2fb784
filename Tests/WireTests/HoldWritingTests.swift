import Testing
import Ticketing
import Wire

/// A hold writes itself, and what became of one is read by hand: as the compiler's own code would.
struct HoldWritingTests {
    /// The same members, left to the compiler.
    private struct Twin: Codable, Equatable {
        var holdId: HoldID
        var performanceId: PerformanceID
        var state: HoldState
        var seatIndexes: [SeatIndex]
        var expiresAt: Timestamp
        var subtotal: Money
        var serviceFee: Money
        var total: Money

        init(_ hold: HoldResource) {
            holdId = hold.holdId
            performanceId = hold.performanceId
            state = hold.state
            seatIndexes = hold.seatIndexes
            expiresAt = hold.expiresAt
            subtotal = hold.subtotal
            serviceFee = hold.serviceFee
            total = hold.total
        }
    }

    private static func hold(
        _ state: HoldState = .active, seats: [SeatIndex], currency: String = "KRW"
    ) -> HoldResource {
        let time = Timestamp(unixMicroseconds: 1_795_248_000_123_456)
        return HoldResource(
            holdId: HoldID(at: time), performanceId: PerformanceID(at: time), state: state, seatIndexes: seats,
            expiresAt: time, subtotal: Money(amountMinor: .max, currency: currency),
            serviceFee: Money(amountMinor: 0, currency: currency), total: Money(amountMinor: -7, currency: currency))
    }

    @Test func `a hold's bytes are those of its members`() throws {
        let holds =
            HoldState.allCases.map { Self.hold($0, seats: [3]) } + [
                Self.hold(seats: []), Self.hold(seats: [0, 7, .max, .min]),
                Self.hold(seats: [1], currency: "\"\\\u{1}원"),
            ]
        for hold in holds {
            let bytes = try WireJSON.encode(hold)
            #expect(bytes == (try WireJSON.encode(Twin(hold))))
            #expect(try WireJSON.decode(HoldResource.self, from: bytes) == hold)
        }
        #expect(try WireJSON.encode(holds) == (try WireJSON.encode(holds.map(Twin.init))))
        #expect(try WireJSON.encode(["hold": holds[0]]) == (try WireJSON.encode(["hold": Twin(holds[0])])))
    }

    @Test func `what became of a hold is read as it was written`() throws {
        let answer = try Answer(Self.hold(seats: [4]), status: 201)
        let all: [HoldAnswer] = [.answered(answer), .refused(shared: 3)]
        #expect(try WireJSON.decode([HoldAnswer].self, from: try WireJSON.encode(all)) == all)
    }

    @Test(
        arguments: [
            "{}", "null", "3", #"{"other":{"_0":1}}"#, #"{"answered":{}}"#, #"{"answered":null}"#,
            #"{"refused":{"shared":"3"}}"#, #"{"refused":{}}"#, #"{"failed":{"_0":1}}"#,
        ])
    func `what is none of the cases is refused`(text: String) {
        #expect(throws: WireJSONFailure.self) { try WireJSON.decode(HoldAnswer.self, from: Array(text.utf8)) }
    }
}
