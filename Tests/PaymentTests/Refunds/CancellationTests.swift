import LedgerStore
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A cancelled performance` {
    @Test func `sells nothing more, and gives all its money back, fees too`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let buyers = [try await stage.makeCustomer(), try await stage.makeCustomer()]
            let holder = try await stage.makeCustomer()
            let first = try await stage.boughtOrder([0, 1], of: buyers[0], in: sale)
            let free = try await stage.boughtOrder([55], of: buyers[1], in: sale, by: nil)
            let refused = try await stage.boughtOrder([5], of: buyers[1], in: sale, by: "sandbox_refuse_refund")
            let held = try await stage.order([10, 11], of: holder, in: sale)
            #expect(try await stage.checkIn(first.tickets[0], in: sale).status == 200)

            let answer = try await stage.cancel(sale, key: "once")
            #expect(answer.status == 202)
            #expect(try answer.cancellation.ticketCount == 4)
            #expect(try await stage.cancel(sale, key: "once").text == answer.text)
            #expect(try await stage.cancel(sale).status == 202)
            #expect(try await stage.hold([20], of: holder, in: sale) == nil)
            #expect(try await stage.seatStates([10, 11], in: sale) == ["0", "0"])
            #expect(try await stage.current(held).state == .cancelled)
            #expect(try await stage.pay(held.orderId, of: holder).problem.code == .holdReleased)

            let done = try await stage.finishCancellation(sale)
            #expect(done.refunds == 3 && done.refundsMade == 2 && done.refundsRefused == 1)
            #expect(done.ticketsRefunded == 3 && done.refunded.amountMinor == 104_000)
            #expect(try await stage.told(first.orderId, of: buyers[0]).state == .refunded)
            #expect(try await stage.told(free.orderId, of: buyers[1]).state == .refunded)
            #expect(try await stage.told(refused.orderId, of: buyers[1]).refunds.map(\.state) == [.refused])
            #expect(try await stage.seatStates([0, 1, 55], in: sale) == ["3", "3", "3"])
            #expect(
                try await stage.column(
                    "SELECT kind || ' ' || count(*) FROM message WHERE kind IN "
                        + "('performance_cancelled', 'refund_made') GROUP BY kind ORDER BY 1")
                    == ["performance_cancelled 4", "refund_made 2"])
            #expect(try await stage.findings() == [])

            try await stage.sandboxBook("UPDATE sandbox_charge SET token = 'sandbox_succeed'")
            _ = try await stage.refunds.retry(nil)
            try await stage.makeRefunds()
            for account in ["provider_clearing", "organizer_payable", "service_fee_revenue", "refunds"] {
                #expect(try await stage.balance(account) == 0, "\(account)")
            }
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `has no seat that is counted as sold once all are blocked`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            _ = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            func sold() async throws -> Int? {
                try await stage.orders.sales(of: sale.performanceID, organizer: sale.organizerID, isAdmin: false)?
                    .soldCount
            }
            #expect(try await sold() == 2)
            _ = try await stage.cancel(sale)
            _ = try await stage.finishCancellation(sale)
            #expect(try await stage.seatStates([0, 1], in: sale) == ["3", "3"])
            #expect(try await sold() == 0)
        }
    }

    @Test func `lets what was being paid go back as well`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0, 1], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            let declined = try await stage.order([2], of: customer, in: sale)
            let other = try #require(
                try await stage.begin(declined, of: customer, by: "sandbox_decline", key: "other").attempt)
            for begun in [attempt, other] {
                _ = try await stage.sandbox.start(ProviderCharge(begun), deadline: .now + .seconds(5))
            }

            _ = try await stage.cancel(sale)
            await stage.cancellationWorker.pass()
            let question = sale.question(of: sale.organizerID)
            #expect(try await stage.cancellations.cancellation(question)?.state == .refunding)
            let done = try await stage.finishCancellation(sale)

            #expect(done.state == .finished)
            #expect(try await stage.current(order).state == .refunded)
            #expect(try await stage.current(order).payments.map(\.state) == [.refunded])
            #expect(try await stage.current(declined).payments.map(\.state) == [.declined])
            #expect(try await stage.balance("provider_clearing") == 0)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `gives holds back and tells its customers in steps, each once, whoever was killed`() async throws {
        try await Stage.with { stage in
            try await stage.ledger(
                "CREATE OR REPLACE FUNCTION cancellation_step_max() RETURNS integer LANGUAGE sql IMMUTABLE "
                    + "AS 'SELECT 2'")
            let sale = try await stage.makeSale()
            try await stage.offerRefunds(in: sale)
            let earlier = try await stage.makeCustomer()
            let refunded = try await stage.boughtOrder([20], of: earlier, in: sale)
            #expect(try await stage.refund(refunded.orderId, of: earlier).status == 201)
            try await stage.makeRefunds()
            var bought: [OrderResource] = []
            for seat: SeatIndex in 0..<5 {
                bought.append(try await stage.boughtOrder([seat], of: try await stage.makeCustomer(), in: sale))
            }
            var pending: [OrderResource] = []
            for seat: SeatIndex in 10..<15 {
                pending.append(try await stage.order([seat], of: try await stage.makeCustomer(), in: sale))
            }

            let answer = try await stage.cancel(sale)
            #expect(try answer.cancellation.ticketCount == 5)
            #expect(try await stage.seatStates([10, 11, 12, 13, 14], in: sale) == ["0", "0", "1", "1", "1"])
            // Whoever asks before being told has the money back, and is told all the same.
            let last = bought[4].orderId
            #expect(try await stage.refund(last, of: sale.organizerID, as: .organizer).status == 201)
            try await stage.makeRefunds()
            // Each of these is killed after a step; the second makes none, since what it wrote is undone.
            var settings = CancellationWorker.Settings()
            settings.batchesMax = 1
            let worker = CancellationWorker(
                cancellations: stage.cancellations, door: stage.door, settings: settings, logger: testLogger)
            for step in 1...3 {
                try await stage.ledger("UPDATE cancellation SET claimed_until = '-infinity'")
                if step == 2 {
                    try await stage.ledger(
                        """
                        CREATE FUNCTION fail_broken() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN RAISE EXCEPTION 'broken'; END $$;
                        CREATE TRIGGER broken AFTER INSERT ON delivery FOR EACH STATEMENT EXECUTE FUNCTION fail_broken()
                        """)
                }
                await worker.pass()
                if step == 2 { try await stage.ledger("DROP TRIGGER broken ON delivery") }
            }
            #expect(try await stage.ledger("SELECT freed_at IS NULL, told_at IS NULL FROM cancellation") == "f|t")
            #expect(try await stage.ledger("SELECT count(*) FROM refund") == "2")
            #expect(try await stage.seatStates([10, 11, 12, 13, 14], in: sale) == ["0", "0", "0", "0", "0"])

            let done = try await stage.finishCancellation(sale)
            #expect(done.refunds == 5 && done.refundsMade == 5)
            for order in pending { #expect(try await stage.current(order).state == .cancelled) }
            #expect(
                try await stage.column(
                    "SELECT order_id FROM message WHERE kind = 'performance_cancelled' AND order_id IS NOT NULL "
                        + "ORDER BY order_id") == bought.map(\.orderId.description).sorted())
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `refunds each ticket once, whoever was killed and however many look after it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatCount: 400, seatsPerCustomerMax: 10)
            try await stage.offerRefunds(in: sale)
            var orders: [OrderResource] = []
            for first in stride(from: 0, to: 300, by: 5) {
                let customer = try await stage.makeCustomer()
                let seats = (first..<first + 5).map { SeatIndex($0) }
                orders.append(try await stage.boughtOrder(seats, of: customer, in: sale))
                // Some asked for a part of it before.
                if first % 3 == 0 {
                    _ = try await stage.refund(
                        orders[orders.count - 1].orderId, [orders[orders.count - 1].tickets[0].ticketId], of: customer)
                }
            }
            _ = try await stage.cancel(sale)
            try await stage.databases.withPool(stage.ledgerName) { pool in
                let other = stage.replica(on: pool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for who in [stage, other, stage, other] {
                        group.addTask {
                            for _ in 0..<20 {
                                try await stage.ledger("UPDATE cancellation SET claimed_until = '-infinity'")
                                await who.cancellationWorker.pass()
                                _ = await who.refundWorker.pass()
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let done = try await stage.finishCancellation(sale)
            #expect(done.refunds == 60 && done.refundsMade == 60)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "80")
            // Twenty tickets' fees were kept by the rule, before it was cancelled.
            #expect(try await stage.balance("provider_clearing") == 20 * 2_000)
            #expect(try await stage.balance("organizer_payable") == 0)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that fails each time keeps no other waiting`() async throws {
        try await Stage.with { stage in
            let customer = try await stage.makeCustomer()
            let sales = [try await stage.makeSale(), try await stage.makeSale(), try await stage.makeSale()]
            for sale in sales {
                _ = try await stage.boughtOrder([0], of: customer, in: sale)
                _ = try await stage.cancel(sale)
            }
            // The worker takes all three at once, and the one that does not fail is the second.
            try await stage.ledger(
                """
                CREATE FUNCTION fail_broken() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'broken'; END $$;
                CREATE TRIGGER broken BEFORE INSERT ON refund FOR EACH ROW
                    WHEN (NEW.performance_id <> '\(sales[1].performanceID)') EXECUTE FUNCTION fail_broken();
                UPDATE cancellation SET claimed_until = requested_at
                """)
            await stage.cancellationWorker.pass()
            #expect(
                try await stage.column("SELECT performance_id FROM cancellation WHERE planned_at IS NOT NULL")
                    == [sales[1].performanceID.description])
            try await stage.ledger("DROP TRIGGER broken ON refund")
            for sale in sales { #expect(try await stage.finishCancellation(sale).refundsMade == 1) }
        }
    }

    @Test func `is cancelled by its organizer or an operator alone`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let stranger = try await stage.makeSale().organizerID
            #expect(try await stage.cancel(sale, by: stranger).status == 404)
            let question = sale.question(of: sale.organizerID)
            #expect(try await stage.refundDesk.cancellation(question, requestID: nil).status == 404)
            #expect(try await stage.ledger("SELECT count(*) FROM performance WHERE sale_state = 'cancelled'") == "0")
            #expect(try await stage.cancel(sale, by: stranger, as: .operator).status == 202)
            #expect(try await stage.refundDesk.cancellation(question, requestID: nil).status == 200)
            let strangers = sale.question(of: stranger)
            #expect(try await stage.refundDesk.cancellation(strangers, requestID: nil).status == 404)
            #expect(try await stage.finishCancellation(sale).refunds == 0)
        }
    }
}
