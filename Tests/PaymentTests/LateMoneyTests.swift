import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Money that comes late` {
    /// A payment that the provider took while nobody here heard of it, and whose seats were let go since.
    private func chargedTooLate(
        _ stage: Stage, _ seats: [SeatIndex], of customer: CustomerID, in sale: Sale
    ) async throws -> (order: OrderResource, attempt: PaymentAttempt) {
        let order = try await stage.order(seats, of: customer, in: sale)
        let attempt = try #require(try await stage.begin(order, of: customer).attempt)
        _ = try await stage.sandbox.start(
            ProviderCharge(attempt),
            deadline: .now + .seconds(5))
        try await stage.letHoldsLapse()
        _ = try await stage.door.expire(order.holdIds[0], in: sale.performanceID)
        return (order, attempt)
    }

    @Test func `buys its seats when they are still free`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let (order, _) = try await chargedTooLate(stage, [0, 1], of: customer, in: sale)
            #expect(try await stage.ledger("SELECT count(*) FROM seat WHERE state <> 0") == "0")

            try await stage.reconcileEverything()

            let now = try await stage.current(order)
            #expect(now.state == .paid)
            #expect(now.tickets.count == 2)
            #expect(try await stage.findings() == [])
            let told = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
            #expect(told.status == 201 && told.isReplay)
        }
    }

    @Test func `goes back whole when a seat is taken`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            let (order, attempt) = try await chargedTooLate(stage, [0, 1], of: customer, in: sale)
            let taken = try await stage.order([1], of: rival, in: sale)
            _ = try await stage.pay(taken.orderId, of: rival)

            try await stage.reconcileEverything()

            let now = try await stage.current(order)
            #expect(now.state == .refunded)
            #expect(now.refunded == order.total)
            #expect(now.payments.map(\.state) == [.refunded])
            #expect(now.tickets == [])
            #expect(
                try await stage.book.lines(after: PaymentID(high: 0, low: 0), limit: 10)
                    .first { $0.paymentID == attempt.paymentID }?.keptMinor == 0)
            let report = try await stage.audit()
            #expect(report.findings == [])
            #expect(report.balances.first { $0.account == "refunds" }.map { $0.debitMinor - $0.creditMinor } == 0)
            let told = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
            #expect(try told.problem.code == .holdExpired)
            #expect(told.isReplay)
        }
    }

    @Test func `costs what the provider keeps of it, and the audit knows that`() async throws {
        try await Stage.with { stage in
            try await BooksStore(pool: stage.pool).set(
                ProviderFeeRule(provider: "sandbox", currency: "KRW", basisPoints: 290, fixedMinor: 30))
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let (order, _) = try await chargedTooLate(stage, [0], of: customer, in: sale)
            _ = try await stage.hold([0], of: try await stage.makeCustomer(), in: sale)

            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .refunded)
            // 2.9 % of 52,000 are 1,508.
            #expect(try await stage.balance("provider_fees") == 1_538)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `goes back whole when its customer has as many seats as allowed meanwhile`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 3)
            let customer = try await stage.makeCustomer()
            let (order, _) = try await chargedTooLate(stage, [0, 1], of: customer, in: sale)
            let other = try await stage.order([10, 11], of: customer, in: sale)
            _ = try await stage.pay(other.orderId, of: customer)

            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .refunded)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `goes back whole when a hold of its order is in another one meanwhile`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let lost = try #require(try await stage.hold([0], of: customer, in: sale))
            let kept = try #require(try await stage.hold([1], of: customer, in: sale))
            let first = try await stage.createOrder([lost, kept], of: customer).order
            let attempt = try #require(try await stage.begin(first, of: customer).attempt)
            _ = try await stage.sandbox.start(ProviderCharge(attempt), deadline: .now + .seconds(5))
            // The time of one hold is over when the payment is said to have failed: its order ends, the other lives on.
            try await stage.ledger("UPDATE seat SET held_until = clock_timestamp() WHERE seat_index = 0")
            _ = try await stage.settlement.settle(attempt, by: .declined(code: "slow"))
            #expect(try await stage.current(first).state == .expired)
            let second = try await stage.createOrder([kept], of: customer).order
            let other = try #require(try await stage.begin(second, of: customer, key: "other").attempt)

            let settled = try await stage.settlement.settle(attempt, by: .succeeded(reference: nil))
            #expect(settled.decision == .refundDue)
            #expect(try await stage.ledger("SELECT state FROM hold WHERE hold_id = '\(kept)'") == "paying")
            _ = try await stage.sandbox.start(ProviderCharge(other), deadline: .now + .seconds(5))
            try await stage.reconcileEverything()

            #expect(try await stage.current(first).state == .refunded)
            #expect(try await stage.current(second).state == .paid)
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [false, true])
    func `takes back the answer that nothing was charged`(isSeatTaken: Bool) async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            _ = try await stage.sandbox.start(ProviderCharge(attempt), deadline: .now + .seconds(5))
            let declined = try await stage.settlement.settle(attempt, by: .declined(code: "slow"))
            #expect(try PaymentAnswer.answer(to: declined, requestID: nil).status == 402)
            // Who asks again changes nothing about it.
            for _ in 0..<2 {
                let told = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
                #expect(told.isReplay)
                #expect(try told.problem.code == .paymentDeclined)
            }
            if isSeatTaken {
                try await stage.letHoldsLapse()
                _ = try await stage.hold([0], of: try await stage.makeCustomer(), in: sale)
            }

            let settled = try await stage.settlement.settle(attempt, by: .succeeded(reference: nil))

            #expect(settled.decision == (isSeatTaken ? .refundDue : .sold))
            let told = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
            #expect(told.isReplay)
            if isSeatTaken {
                #expect(try told.problem.code == .holdExpired)
                #expect(try told.problem.detail?.contains("All of it goes back") == true)
            } else {
                #expect(told.status == 201)
                #expect(try told.order.state == .paid)
            }
            // What is known already is written over by nothing that comes later.
            _ = try await stage.settlement.settle(attempt, by: .declined(code: "slow"))
            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").text == told.text)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `goes back once however often the refund is tried`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            let (order, attempt) = try await chargedTooLate(stage, [0], of: customer, in: sale)
            _ = try await stage.hold([0], of: rival, in: sale)
            // Decided on, and the process is killed before the provider hears of it.
            var random = SystemRandomNumberGenerator()
            let ids = SettlementIDs(seatCount: 1, at: .now, random: &random)
            let item = PaymentSettleBatch.Item(
                paymentID: attempt.paymentID, observation: .succeeded(reference: nil), tickets: ids.tickets,
                transferIDs: ids.transfers, refundID: ids.refund, extensionSeconds: 60,
                answer: { try PaymentAnswer.answer(to: $0, requestID: nil) })
            let settled = try await stage.door.submit(item, to: PaymentSettleBatch.self, in: sale.performanceID)
            #expect(settled.decision == .refundDue)
            #expect(try await stage.current(order).payments.map(\.state) == [.refunding])
            #expect(try await stage.findings() == [])

            let refund = try #require(settled.pendingRefundID)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        guard let due = try await stage.refunds.claim(refund, leaseSeconds: 0) else { return }
                        try await stage.givingBack.make(due)
                    }
                }
                try await group.waitForAll()
            }

            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
            #expect(try await stage.current(order).state == .refunded)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of two payments for the same free seats buys for one and goes back for the other`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            let (first, _) = try await chargedTooLate(stage, [0, 1], of: customer, in: sale)
            let order = try await stage.order([1, 2], of: rival, in: sale)
            let attempt = try #require(try await stage.begin(order, of: rival, key: "pay-killed").attempt)
            _ = try await stage.sandbox.start(
                ProviderCharge(attempt),
                deadline: .now + .seconds(5))
            try await stage.letHoldsLapse()

            try await stage.reconcileEverything()

            let states = [try await stage.current(first).state, try await stage.current(order).state]
            #expect(states.sorted { $0.rawValue < $1.rawValue } == [.paid, .refunded])
            #expect(try await stage.findings() == [])
        }
    }
}
