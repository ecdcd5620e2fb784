import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

/// A fault planted in a clean ledger or book, and the check that has to find it.
private struct PlantedFault: Sendable, CustomTestStringConvertible {
    enum Place { case ledger, book }

    let check: String
    let place: Place
    let sql: String

    var testDescription: String { "\(check): \(sql.prefix(60))" }

    init(_ check: String, in place: Place = .ledger, _ sql: String) {
        self.check = check
        self.place = place
        self.sql = sql
    }

    static let all = [
        PlantedFault(
            "ticket_without_seat", "UPDATE seat SET state = 0, hold_id = NULL, order_id = NULL WHERE seat_index = 0"),
        PlantedFault(
            "ticket_without_seat",
            """
            INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
                service_fee_minor, currency)
            SELECT gen_random_uuid(), order_id, performance_id, customer_id, 40, 'forged', 50000, 2000, 'KRW'
            FROM ticket LIMIT 1
            """),
        PlantedFault("seat_sold_without_ticket", "DELETE FROM ticket WHERE seat_index = 0"),
        PlantedFault("payment_without_tickets", "DELETE FROM ticket WHERE seat_index = 0"),
        PlantedFault(
            "seat_sold_without_ticket",
            "UPDATE seat SET state = 2, order_id = gen_random_uuid() WHERE seat_index = 30"),
        PlantedFault(
            "seat_with_two_tickets",
            """
            DROP INDEX ticket_one_live;
            INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
                service_fee_minor, currency)
            SELECT gen_random_uuid(), order_id, performance_id, customer_id, seat_index, 'twin', price_minor,
                service_fee_minor, currency FROM ticket WHERE seat_index = 0
            """),
        PlantedFault("ticket_without_payment", "UPDATE payment SET state = 'declined' WHERE state = 'succeeded'"),
        PlantedFault("seat_sold_without_paid_order", "UPDATE \"order\" SET state = 'pending' WHERE state = 'paid'"),
        PlantedFault("order_paid_without_payment", "DELETE FROM payment WHERE state = 'succeeded'"),
        PlantedFault(
            "order_paid_twice",
            """
            INSERT INTO payment (payment_id, order_id, performance_id, customer_id, idempotency_key, state, amount_minor,
                currency, provider, method_type, method_token, frozen_until)
            SELECT gen_random_uuid(), order_id, performance_id, customer_id, 'twice', 'succeeded', amount_minor, currency,
                provider, method_type, method_token, frozen_until FROM payment WHERE state = 'succeeded'
            """),
        PlantedFault(
            "payment_of_wrong_posting", "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE kind = 'sale'"),
        PlantedFault("payment_of_wrong_posting", "UPDATE transfer_resolution SET state = 'voided'"),
        PlantedFault("transfer_without_end", "DELETE FROM transfer_resolution"),
        PlantedFault("end_without_transfer", "DELETE FROM transfer WHERE kind = 'sale'"),
        PlantedFault("transfer_of_wrong_account", "UPDATE transfer SET currency = 'EUR' WHERE kind = 'sale'"),
        PlantedFault("transfer_of_wrong_order", "UPDATE transfer SET order_id = gen_random_uuid()"),
        PlantedFault("order_of_wrong_amount", "UPDATE ticket SET price_minor = 1 WHERE seat_index = 0"),
        PlantedFault("refund_missing", "DELETE FROM refund"),
        PlantedFault("refund_of_wrong_amount", "UPDATE refund SET amount_minor = amount_minor * 2"),
        PlantedFault(
            "refund_overdue",
            "UPDATE refund SET state = 'pending', made_at = NULL, created_at = created_at - interval '1 hour'"),
        PlantedFault(
            "payment_overdue",
            "UPDATE payment SET state = 'unknown', frozen_until = frozen_until - interval '1 hour' WHERE state = 'refunded'"
        ),
        PlantedFault(
            "key_without_answer",
            "UPDATE idempotency SET status = NULL, body = NULL, lease_until = clock_timestamp() - interval '1 hour'"),
        PlantedFault("limit_exceeded", "UPDATE performance SET seats_per_customer_max = 1"),
        PlantedFault("seat_held_by_ended_hold", "UPDATE hold SET state = 'released' WHERE state = 'active'"),
        PlantedFault(
            "seat_held_past_its_time",
            "UPDATE seat SET held_until = clock_timestamp() - interval '1 hour' WHERE seat_index = 20"),
        PlantedFault(
            "hold_in_part",
            "UPDATE seat SET state = 0, hold_id = NULL, held_until = NULL WHERE seat_index = 20"),
        PlantedFault("hold_in_wrong_order", "UPDATE order_hold SET order_id = gen_random_uuid()"),
        PlantedFault("order_without_hold", "DELETE FROM order_hold"),
        PlantedFault("seats_miscounted", "UPDATE performance SET unsold_count = unsold_count - 1"),
        PlantedFault("chain_broken", "UPDATE seat_change SET changes = ARRAY[4] WHERE sequence = 1"),
        PlantedFault("chain_broken", "DELETE FROM seat_change WHERE sequence = 2"),
        PlantedFault(
            "chain_without_head",
            "DELETE FROM seat_change WHERE sequence = (SELECT max(sequence) FROM seat_change)"),
        PlantedFault(
            "seat_differs_from_history",
            "UPDATE seat SET state = 0, hold_id = NULL, held_until = NULL WHERE seat_index = 20"),
        PlantedFault(
            "clearing_differs_from_provider", in: .book,
            "UPDATE sandbox_charge SET amount_minor = amount_minor + 1 WHERE state = 'succeeded'"),
        PlantedFault("clearing_differs_from_provider", in: .book, "DELETE FROM sandbox_refund"),
        PlantedFault(
            "charge_without_payment", in: .book,
            "INSERT INTO sandbox_charge (payment_id, amount_minor, currency, token, state) VALUES (gen_random_uuid(), 5, 'KRW', 'x', 'succeeded')"
        ),
        PlantedFault("clearing_differs_from_provider", in: .book, "UPDATE sandbox_charge SET currency = 'EUR'"),
    ]
}

@Suite struct `The audit` {
    /// A paid order, one that was refunded for coming late, one that is being held, one that was declined.
    private func play(_ stage: Stage) async throws {
        let sale = try await stage.makeSale()
        let customer = try await stage.makeCustomer()
        let paid = try await stage.order([0, 1], of: customer, in: sale)
        _ = try await stage.pay(paid.orderId, of: customer)

        let late = try await stage.order([10], of: customer, in: sale)
        let attempt = try #require(try await stage.begin(late, of: customer).attempt)
        _ = try await stage.sandbox.start(
            ProviderCharge(paymentID: attempt.paymentID, amount: attempt.amount, token: "sandbox_succeed"),
            deadline: .now + .seconds(5))
        try await stage.letHoldsLapse()
        let rival = try await stage.makeCustomer()
        let taken = try await stage.order([10], of: rival, in: sale)
        _ = try await stage.pay(taken.orderId, of: rival, by: "sandbox_decline")
        try await stage.reconcileEverything()

        _ = try await stage.hold([20, 21], of: rival, in: sale)
    }

    @Test func `finds nothing on a clean ledger`() async throws {
        try await Stage.with { stage in
            #expect(try await stage.audit().findings == [])
            try await play(stage)
            let report = try await stage.audit()
            #expect(report.findings == [])
            #expect(report.exitCode == 0)
            #expect(report.counts.seatsSold == 2)
            #expect(report.text.hasSuffix("nothing is wrong"))
        }
    }

    @Test(arguments: PlantedFault.all) private func `finds what was planted`(fault: PlantedFault) async throws {
        try await Stage.with { stage in
            try await play(stage)
            switch fault.place {
            case .ledger: try await stage.ledger(fault.sql)
            case .book: try await stage.sandboxBook(fault.sql)
            }
            let report = try await stage.audit()
            #expect(report.findings.map(\.check).contains(fault.check))
            #expect(report.exitCode == 1)
        }
    }

    @Test func `has a planted fault for each of its checks`() {
        let planted = Set(PlantedFault.all.map(\.check))
        // A transfer is one row: no fault of it can part debits from credits. The check guards the view.
        let unreachable: Set<String> = ["debits_differ_from_credits", "order_overdue"]
        #expect(Set(AuditCheck.allCases.map(\.rawValue)).subtracting(planted) == unreachable)
    }
}
