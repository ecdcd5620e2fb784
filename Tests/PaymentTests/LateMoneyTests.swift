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
            ProviderCharge(paymentID: attempt.paymentID, amount: attempt.amount, token: "sandbox_succeed"),
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
                for _ in 0..<8 { group.addTask { _ = try await stage.settlement.refund(attempt, by: refund) } }
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
                ProviderCharge(paymentID: attempt.paymentID, amount: attempt.amount, token: "sandbox_succeed"),
                deadline: .now + .seconds(5))
            try await stage.letHoldsLapse()

            try await stage.reconcileEverything()

            let states = [try await stage.current(first).state, try await stage.current(order).state]
            #expect(states.sorted { $0.rawValue < $1.rawValue } == [.paid, .refunded])
            #expect(try await stage.findings() == [])
        }
    }
}
