import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `The audit of refunds` {
    /// A refund that was made, one that waits, and a cancelled performance whose refunds are written.
    private func play(_ stage: Stage) async throws {
        let sale = try await stage.makeSale()
        let customer = try await stage.makeCustomer()
        try await stage.offerRefunds(in: sale)
        let order = try await stage.boughtOrder([0, 1, 2], of: customer, in: sale)
        _ = try await stage.refund(order.orderId, [order.tickets[0].ticketId], of: customer)
        try await stage.makeRefunds()
        let cancelled = try await stage.makeSale()
        _ = try await stage.boughtOrder([0], of: customer, in: cancelled)
        _ = try await stage.cancel(cancelled)
        _ = try await stage.finishCancellation(cancelled)
        _ = try await stage.refund(order.orderId, [order.tickets[1].ticketId], of: customer)
    }

    @Test func `finds nothing while some are made and some wait`() async throws {
        try await Stage.with { stage in
            try await play(stage)
            #expect(try await stage.audit().findings == [])
        }
    }

    @Test(arguments: [
        ("refund_missing", "DELETE FROM refund WHERE state = 'pending'"),
        ("refund_missing", "DELETE FROM refund WHERE reason = 'performance_cancelled'"),
        ("refund_missing", "UPDATE ticket SET state = 'valid', live = true, refund_id = NULL WHERE state = 'refunded'"),
        ("refund_missing", "UPDATE refund SET state = 'made', made_at = clock_timestamp() WHERE state = 'pending'"),
        ("refund_of_wrong_amount", "UPDATE refund SET price_minor = price_minor - 1, amount_minor = amount_minor - 1"),
        ("order_of_wrong_refund", "UPDATE \"order\" SET refunded_minor = 1 WHERE state = 'partly_refunded'"),
        ("refund_of_wrong_amount", "UPDATE refund SET ticket_count = ticket_count + 1"),
        ("refund_overdue", "UPDATE refund SET created_at = created_at - interval '1 hour'"),
        ("payment_of_wrong_posting", "DELETE FROM transfer WHERE kind = 'refund_of_price'"),
        ("payment_of_wrong_posting", "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE kind = 'refund'"),
        ("hold_in_part", "UPDATE ticket SET state = 'void', live = false WHERE state = 'refunded'"),
    ]) func `finds what was planted`(check: String, sql: String) async throws {
        try await Stage.with { stage in
            try await play(stage)
            try await stage.ledger(sql)
            #expect(try await stage.findings().contains(check))
        }
    }

    @Test func `finds what was given back by hand after the provider had refused to`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale, by: "sandbox_refuse_refund")
            _ = try await stage.refund(order.orderId, of: customer, as: .operator)
            try await stage.makeRefunds()
            #expect(try await stage.ledger("SELECT state FROM refund") == "refused")
            let clean = try await stage.audit()
            #expect(clean.findings == [] && clean.paymentsOpen == 0)

            // An operator gave the money back at the provider, and told nobody here.
            try await stage.sandboxBook(
                "INSERT INTO sandbox_refund (refund_id, payment_id, amount_minor) "
                    + "SELECT gen_random_uuid(), payment_id, 100000 FROM sandbox_charge")
            #expect(try await stage.findings() == ["clearing_differs_from_provider"])
        }
    }

    @Test func `finds money that only the provider gave back`() async throws {
        try await Stage.with { stage in
            try await play(stage)
            try await stage.sandboxBook("DELETE FROM sandbox_refund")
            #expect(try await stage.findings().contains("clearing_differs_from_provider"))
        }
    }
}
