import LedgerStore
import Postgres
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Rivals for one ticket's money` {
    @Test func `of two processes never get more back than was paid`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 20)
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale, withFee: true)
            let order = try await stage.boughtOrder(Array(0..<10), of: customer, in: sale)
            let tickets = order.tickets.map(\.ticketId)
            try await stage.databases.withPool(stage.ledgerName) { pool in
                let other = stage.replica(on: pool)
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for attempt in 0..<40 {
                        let wanted = [tickets[attempt % 10], tickets[(attempt * 3 + 1) % 10]]
                        let who = attempt % 2 == 0 ? stage : other
                        group.addTask { try await who.refund(order.orderId, wanted, of: customer) }
                        group.addTask { try await who.refund(order.orderId, of: customer) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let refunds = try answers.filter { $0.status == 201 }.map { try $0.refund }
                let given = refunds.flatMap(\.ticketIds)
                #expect(Set(given).count == given.count && given.count == 10)
                #expect(refunds.reduce(0) { $0 + $1.amount.amountMinor } == order.total.amountMinor)
                for answer in answers where answer.status != 201 {
                    #expect(try answer.problem.code == .alreadyRefunded)
                }
                // Both processes make what is due, again and again.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for who in [stage, other, stage, other] { group.addTask { try await who.makeRefunds() } }
                    try await group.waitForAll()
                }
            }
            let made = try await stage.sandboxBook("SELECT sum(amount_minor) FROM sandbox_refund")
            #expect(made == "\(order.total.amountMinor)")
            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            #expect(try await stage.findings() == [])
        }
    }

    /// A slow process brings the provider's word about a payment that a webhook has settled since.
    @Test func `who ask for one ticket after the other keep no other payment from being settled`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([3, 4], of: customer, in: sale)
            let paid = try #require(order.payments.first)
            let attempt = try #require(try await stage.payments.payment(paid.paymentId))
            for ticket in order.tickets {
                #expect(try await stage.refund(order.orderId, [ticket.ticketId], of: customer).status == 201)
            }

            let again = try await stage.settlement.settle(attempt, by: .succeeded(reference: "\(attempt.paymentID)"))
            #expect(again.decision == .settled && again.pendingRefundID == nil)

            try await stage.makeRefunds()
            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `at the gate and at the desk: one of the two wins`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 50)
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder(Array(0..<40), of: customer, in: sale)
            try await stage.databases.withPool(stage.ledgerName) { pool in
                let gate = stage.replica(on: pool)
                for ticket in order.tickets {
                    async let entered = gate.checkIn(ticket, in: sale)
                    async let refunded = stage.refund(order.orderId, [ticket.ticketId], of: customer)
                    let (entry, refund) = try await (entered, refunded)
                    #expect((entry.status == 200) != (refund.status == 201), "\(entry.text) \(refund.text)")
                    if entry.status == 200 { #expect(try refund.problem.code == .alreadyCheckedIn) }
                }
            }
            try await stage.makeRefunds()
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `a seat that comes free is sold to one, and its old money never comes back to it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0], of: customer, in: sale)
            let key = RefundID(at: .now)
            _ = try await stage.refund(order.orderId, of: customer)
            try await stage.makeRefunds()
            let next = try await stage.makeCustomer()
            let sold = try await stage.boughtOrder([0], of: next, in: sale)
            // What the provider says of the first order again, or of a refund that is not, changes nothing.
            let attempt = try #require(
                try await stage.payments.payment(order.payments[0].paymentId))
            _ = try await stage.settlement.settle(attempt, by: .succeeded(reference: nil))
            let unknown = try await stage.door.submit(
                RefundSettleBatch.Item(refundID: key, key: key, observation: .made), to: RefundSettleBatch.self,
                in: sale.performanceID)
            #expect(unknown == .notFound)
            #expect(try await stage.told(sold.orderId, of: next).tickets.map(\.state) == [.valid])
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `those that are tried again all at once are locked in the order in which they are settled`() async throws
    {
        let lock = Statement(
            name: "test_lock_refund",
            sql: "SELECT FROM refund WHERE refund_id = $1::uuid FOR NO KEY UPDATE NOWAIT")
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            for seat in [SeatIndex(0), 1] {
                let order = try await stage.boughtOrder([seat], of: customer, in: sale, by: "sandbox_refuse_refund")
                _ = try await stage.refund(order.orderId, of: customer, as: .operator)
            }
            try await stage.makeRefunds()
            let ids = try await stage.column("SELECT refund_id FROM refund ORDER BY refund_id").map { RefundID($0) }
            let (first, second) = (try #require(ids[0]), try #require(ids[1]))
            // The one that is locked last is found first.
            try await stage.ledger(
                "UPDATE refund SET refused_at = refused_at - interval '1 day' WHERE refund_id = '\(second)'")

            let retried = try await stage.databases.withPool(stage.ledgerName) { other in
                try await other.transaction { transaction in
                    _ = try await transaction.execute(lock, [first])
                    let retrying = Task { try await stage.refunds.retry(nil) }
                    try await eventually("who tries again waits") {
                        try await stage.ledger(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                                + "AND datname = current_database()") == "1"
                    }
                    _ = try await transaction.execute(lock, [second])
                    return retrying
                }
            }
            #expect(try await retried.value == 2)
        }
    }

    @Test func `a late charge of the same order is settled beside its refund`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.order([0], of: customer, in: sale)
            // A first payment that was ended here though the provider takes it later; a second one that buys.
            let first = try #require(try await stage.begin(order, of: customer).attempt)
            _ = try await stage.settlement.settle(first, by: .declined(code: "slow"))
            _ = try await stage.pay(order.orderId, of: customer)
            _ = try await stage.sandbox.start(ProviderCharge(first), deadline: .now + .seconds(5))

            async let late = stage.settlement.settle(first, by: .succeeded(reference: nil))
            async let asked = stage.refund(order.orderId, of: customer)
            let (settled, refund) = try await (late, asked)
            #expect(settled.decision == .refundDue && refund.status == 201)
            try await stage.reconcileEverything()

            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .refunded && now.refunded.amountMinor == 50_000)
            #expect(Set(now.refunds.map(\.reason)) == [.customer, .latePayment])
            #expect(now.refunds.allSatisfy { $0.state == .made })
            #expect(try await stage.balance("refunds") == 0)
            #expect(try await stage.findings() == [])
        }
    }
}
