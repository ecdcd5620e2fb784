import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

/// A seat's life, and what was at an instant, from a real sale.
@Suite struct `The past` {
    private func life(_ seat: SeatIndex, _ sale: Sale, _ stage: Stage) async throws -> SeatLife {
        let store = AuditStore(pool: stage.pool)
        let story = try await store.withSnapshot(deadline: .now + .seconds(30)) {
            try await store.story(of: seat, in: sale.performanceID, on: $0)
        }
        return SeatLife(of: seat, in: sale.performanceID, story)
    }

    private func past(_ instant: Timestamp, _ sale: Sale, _ stage: Stage) async throws -> PastState {
        let reading = PastStateReading(store: AuditStore(pool: stage.pool), settings: Audit.Settings())
        return try #require(try await reading.state(at: instant, of: sale.performanceID, fallback: nil))
    }

    @Test func `a seat's life is told in order: held, let go, held again, paid, sold`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let first = try await stage.makeCustomer()
            let hold = try #require(try await stage.hold([7], of: first, in: sale))
            let release = ReleaseBatch.Item(holdID: hold, customerID: first)
            _ = try await stage.door.submit(release, to: ReleaseBatch.self, in: sale.performanceID)
            let second = try await stage.makeCustomer()
            let order = try await stage.order([7], of: second, in: sale)
            _ = try await stage.pay(order.orderId, of: second)

            let life = try await life(7, sale, stage)
            #expect(life.entries.map(\.what) == [.held, .released, .held, .paymentBegun, .sold, .paymentEnded])
            #expect(life.entries.compactMap(\.sequence) == [1, 2, 3, 4])
            #expect(life.entries[0].holdId == hold)
            #expect(life.entries[0].customerId == first)
            #expect(life.entries[2].customerId == second)
            #expect(life.entries[4].orderId == order.orderId)
            #expect(life.entries[4].ticketId != nil)
            #expect(life.text.split(separator: "\n").count == 7)
            #expect(try await self.life(8, sale, stage).entries.isEmpty)
        }
    }

    @Test func `map and books at any instant are what they were, and at last what the seats are`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let start = Timestamp.now
            _ = try await stage.hold([1, 2], of: customer, in: sale)
            let held = try await stage.payments.databaseTime()
            let order = try await stage.order([3, 4], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)

            let before = try #require(try await past(start.advanced(bySeconds: -1), sale, stage).map)
            #expect((before.available, before.held, before.sold, before.sequence) == (60, 0, 0, 0))
            let then = try await past(held, sale, stage)
            #expect(then.map?.held == 2)
            #expect(then.map?.sold == 0)
            #expect(then.map?.states.hasPrefix("01100") == true)
            #expect(then.map?.equalsSeats == nil)
            #expect(then.balances.allSatisfy { $0.debitMinor == 0 && $0.creditMinor == 0 })
            let now = try await past(.now.advanced(bySeconds: 1), sale, stage)
            #expect(now.map?.sold == 2)
            #expect(now.map?.states.hasPrefix("01122") == true)
            #expect(now.map?.equalsSeats == true)
            #expect(now.balances.reduce(0) { $0 + $1.debitMinor } == 104_000)
            #expect(now.findings == [])

            try await stage.ledger("UPDATE seat SET state = 3 WHERE seat_index = 9")
            let altered = try await past(.now.advanced(bySeconds: 1), sale, stage)
            #expect(altered.map?.equalsSeats == false)
            #expect(altered.findings.map(\.check) == ["seat_differs_from_history"])
        }
    }
}
