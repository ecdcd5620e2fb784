import Testing

@testable import Ticketing

@Suite struct PackedSeatStatesTests {
    @Test func `every seat of a byte keeps its own state`() throws {
        var states = PackedSeatStates(count: 9)
        let wished: [SeatState] = [.blocked, .sold, .held, .blocked, .available, .held, .sold, .blocked, .sold]
        for (seat, state) in wished.enumerated() { states[seat] = state }
        #expect((0..<9).map { states[$0] } == wished)
        #expect(states.bytes == [0b11_01_10_11, 0b11_10_01_00, 0b10])
        #expect(states.counts() == [1, 2, 3, 3])
        states[3] = .available
        #expect(states[3] == .available && states[2] == .held)
    }

    @Test func `bytes that don't fit the count are refused`() {
        #expect(PackedSeatStates(count: 4, bytes: [0xFF]) != nil)
        #expect(PackedSeatStates(count: 3, bytes: [0b01_00_00_00]) == nil)
        #expect(PackedSeatStates(count: 5, bytes: [0]) == nil)
        #expect(PackedSeatStates(count: 0, bytes: []) != nil)
    }
}

@Suite struct IdentifierTests {
    @Test func `the text of an id reads back as the id, in either case`() throws {
        let id = HoldID(at: Timestamp(unixMicroseconds: 1_795_000_000_000_000))
        #expect(HoldID(id.description) == id)
        #expect(HoldID(id.description.uppercased()) == id)
        #expect(id.description.utf8.count == 36)
    }

    @Test func `an id is a UUIDv7 and orders by time`() {
        let early = HoldID(at: Timestamp(unixMicroseconds: 1_000_000))
        let late = HoldID(at: Timestamp(unixMicroseconds: 2_000_000))
        #expect(early < late)
        #expect(early.high >> 12 & 0xF == 7)
        #expect(early.low >> 62 == 0b10)
    }

    @Test func `no two ids are the same, in whatever threads they are made`() async {
        let time = Timestamp(unixMicroseconds: 1_000_000)
        let ids = await withTaskGroup(of: [HoldID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in HoldID(at: time) } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 8_000)
        #expect(Set(ids.map(\.low)).count == 8_000)
    }

    @Test func `an id reads from a part of a text as from the text`() throws {
        let id = HoldID(at: Timestamp(unixMicroseconds: 1_000_000))
        let path = "/v1/holds/\(id)/seats"
        #expect(HoldID(path.dropFirst(10).dropLast(6)) == id)
        #expect(HoldID(path.dropFirst(10)) == nil)
    }

    @Test(arguments: [
        "", "0", "01a1fdb7dc6271d09e28448641bc7ef1", "01a1fdb7-dc62-71d0-9e28-448641bc7ef",
        "01a1fdb7-dc62-71d0-9e28-448641bc7ef12",
        "01a1fdb7_dc62-71d0-9e28-448641bc7ef1", "g1a1fdb7-dc62-71d0-9e28-448641bc7ef1",
        "é1a1fdb7-dc62-71d0-9e28-448641bc7ef",
    ])
    func `what is not an id is none`(_ text: String) {
        #expect(HoldID(text) == nil)
    }
}

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("2026-11-21T08:00:00Z", 1_795_248_000_000_000), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1_000_000), ("2000-02-29T12:34:56.789Z", 951_827_696_789_000),
            ("2026-11-21T17:00:00+09:00", 1_795_248_000_000_000),
            ("2026-11-21T07:59:59.999999Z", 1_795_247_999_999_999),
        ] as [(String, Int64)])
    func `RFC 3339 reads to the microsecond`(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.unixMicroseconds == microseconds)
        #expect(Timestamp(Timestamp(unixMicroseconds: microseconds).description)?.unixMicroseconds == microseconds)
    }

    @Test(
        arguments: [
            (1_795_248_000_000_000, "2026-11-21T08:00:00Z"), (1_795_248_000_120_000, "2026-11-21T08:00:00.120Z"),
            (1_795_247_999_000_009, "2026-11-21T07:59:59.000009Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00Z"), (253_402_300_799_999_000, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000_000, "10000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func `a time is written with as much of a second as it has`(_ microseconds: Int64, _ text: String) {
        #expect(Timestamp(unixMicroseconds: microseconds).description == text)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:00:00",
        "2026-11-21T08:00:00.Z", "2026-11-21T08:00:00+9:00", "2026-11-21T08:00:00ZZ", "20261121T080000Z",
    ])
    func `what is no time is none`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }
}

@Suite struct LifeCycleTests {
    @Test func `an end of a hold's life stays the end`() {
        for state in [HoldState.completed, .released] {
            #expect(HoldState.allCases.allSatisfy { !state.mayBecome($0) })
        }
        #expect(HoldState.active.mayBecome(.paying) && HoldState.paying.mayBecome(.active))
        #expect(!HoldState.released.mayBecome(.completed))
    }

    @Test func `an order is paid once and refunded after`() {
        #expect(OrderState.pending.mayBecome(.paid))
        #expect(!OrderState.paid.mayBecome(.pending))
        #expect(OrderState.paid.mayBecome(.refunded))
        #expect(!OrderState.cancelled.mayBecome(.paid))
    }

    @Test func `a payment's outcome is open until it is settled`() {
        #expect(PaymentState.allCases.filter(\.isUnsettled) == [.pending, .unknown, .requiresAction])
    }
}

@Suite struct MoneyTests {
    @Test func `amounts of one currency add up`() {
        let price = Money(amountMinor: 55_000, currency: "KRW")
        #expect(price + Money(amountMinor: 1_000, currency: "KRW") == Money(amountMinor: 56_000, currency: "KRW"))
    }

    @Test(arguments: ["krw", "KR", "KRWW", "K1W", ""])
    func `a currency has three capital letters`(_ text: String) {
        #expect(!Money.isCurrency(text))
    }
}
