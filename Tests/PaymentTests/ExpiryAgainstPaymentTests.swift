import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Expiry against payment` {
    @Test func `at the same instant lets one of the two win, never both`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 60)
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            var paidCount = 0
            for round in 0..<40 {
                let seat = SeatIndex(round)
                let order = try await stage.order([seat], of: customer, in: sale)
                // The deadline falls into the middle of what is tried at once.
                try await stage.ledger(
                    """
                    UPDATE hold SET created_at = created_at - interval '1 day',
                        expires_at = clock_timestamp() + interval '2 milliseconds' WHERE hold_id = '\(order.holdIds[0])';
                    UPDATE seat SET held_until = (SELECT expires_at FROM hold WHERE hold_id = '\(order.holdIds[0])')
                    WHERE hold_id = '\(order.holdIds[0])'
                    """)
                async let paying = stage.pay(order.orderId, of: customer)
                async let expiring = stage.door.expire(order.holdIds[0], in: sale.performanceID)
                async let taking = stage.hold([seat], of: rival, in: sale)
                let (answer, _, taken) = try await (paying, expiring, taking)

                if answer.status == 201 {
                    paidCount += 1
                    #expect(taken == nil)
                    #expect(try await stage.ledger("SELECT state FROM seat WHERE seat_index = \(seat)") == "2")
                } else {
                    #expect(try answer.problem.code == .holdExpired)
                    #expect(try await stage.current(order).tickets == [])
                }
            }
            #expect(try await stage.ledger("SELECT count(*) FROM seat WHERE state = 2") == "\(paidCount)")
            for order in try await stage.ledger("SELECT hold_id FROM hold WHERE state = 'active'").split(
                separator: "\n")
            {
                if let hold = HoldID(order) { _ = try await stage.door.expire(hold, in: sale.performanceID) }
            }
            #expect(try await stage.findings() == [])
        }
    }
}
