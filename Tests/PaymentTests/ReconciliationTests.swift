import LedgerStore
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Reconciliation` {
    @Test func `settles a charge whose reply was lost`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply", key: "k")
            #expect(answer.status == 202)
            #expect(try answer.order.payments.map(\.state) == [.unknown])
            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .paid)
            // While it was open its key told so; now it tells how it ended.
            let told = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply", key: "k")
            #expect(told.status == 201 && told.isReplay)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `asks soon for an outcome that is not known`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply")

            try await eventually("the payment is settled by itself") {
                _ = await stage.reconciliation.pass()
                return try await stage.current(order).state == .paid
            }
        }
    }

    @Test func `ends a payment that never reached the provider, there first`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)

            try await stage.reconcileEverything()

            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])
            // Whoever was slow and sends it now meets the tombstone.
            let slow = try await stage.sandbox.start(
                ProviderCharge(attempt),
                deadline: .now + .seconds(5))
            #expect(slow == .cancelled)
            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").status == 402)
            #expect(try await stage.pay(order.orderId, of: customer).status == 201)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `makes a hold due whose time ran out while its payment was open`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0, 1], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_requires_action")
            try await stage.letHoldsLapse()

            try await stage.reconcileEverything()

            let ended = try await stage.current(order)
            #expect(ended.state == .expired)
            #expect(ended.payments.map(\.state) == [.cancelled])
            let due = try await HoldStore(pool: stage.pool).dueHolds(secondsBack: 5, limit: 10)
            #expect(due.map(\.holdID) == order.holdIds)
            _ = try await stage.door.expire(order.holdIds[0], in: sale.performanceID)
            #expect(try await stage.ledger("SELECT state FROM seat WHERE seat_index < 2") == "0\n0")
            #expect(try await stage.ledger("SELECT state FROM hold") == "expired")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `leaves a payment alone that belongs to somebody`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.begin(order, of: customer)

            #expect(await stage.reconciliation.pass() == 0)
        }
    }

    @Test func `shares the open payments out among replicas`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 60)
            let customer = try await stage.makeCustomer()
            for seat in 0..<20 {
                let order = try await stage.order([SeatIndex(seat)], of: customer, in: sale)
                _ = try await stage.begin(order, of: customer, key: "k\(seat)")
            }
            try await stage.ledger("UPDATE payment SET next_check_at = '-infinity'")

            let claimed = try await withThrowingTaskGroup(of: [PaymentAttempt].self) { group in
                for _ in 0..<6 {
                    group.addTask { try await stage.payments.claimDue(limit: 5, pauseSecondsMax: 30) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }

            #expect(claimed.count == 20)
            #expect(Set(claimed.map(\.paymentID)).count == 20)
        }
    }

    @Test func `settles a late card when it is charged at last`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_late_succeed")
            #expect(answer.status == 202)
            try await stage.reconcileEverything()
            try await eventually("the sandbox has charged") { try await stage.book.carryOutDue(limit: 10) == 1 }
            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .paid)
            #expect(try await stage.sandboxBook("SELECT event FROM sandbox_webhook") == "payment.succeeded")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `ends a card that is still silent when the seats are no longer frozen`() async throws {
        try await Stage.with(late: 3_600) { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_late_succeed")
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.unknown])

            try await stage.letHoldsLapse()
            try await stage.reconcileEverything()

            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])
            #expect(try await stage.current(order).state == .expired)
            #expect(try await stage.sandboxBook("SELECT state FROM sandbox_charge") == "cancelled")
            _ = try await stage.door.expire(order.holdIds[0], in: sale.performanceID)
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [true, false]) func `follows the buyer's word on the provider's page`(
        isApproved: Bool
    ) async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_requires_action")
            #expect(answer.status == 202)
            let payment = try #require(try answer.order.payments.first)
            #expect(payment.state == .requiresAction)
            #expect(payment.nextAction?.type == "redirect")
            #expect(payment.nextAction?.url == "/sandbox/authorize?payment_id=\(payment.paymentId)")
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.requiresAction])

            _ = try await stage.sandbox.authorize(payment.paymentId, isApproved: isApproved)
            try await stage.reconcileEverything()

            let now = try await stage.current(order)
            #expect(now.state == (isApproved ? .paid : .pending))
            #expect(now.payments.map(\.state) == [isApproved ? .succeeded : .declined])
            #expect(now.payments[0].nextAction == nil)
            #expect(try await stage.findings() == [])
        }
    }
}
