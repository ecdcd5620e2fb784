import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

/// The sandbox's cards that do what providers do at their worst.
@Suite struct `The sandbox` {
    private func deliveries(_ stage: Stage, after seconds: Int) async throws -> [String] {
        try await stage.sandboxBook(
            "UPDATE sandbox_webhook SET next_attempt_at = next_attempt_at - interval '\(seconds) seconds'")
        return try await stage.book.claimWebhooks(limit: 10, leaseSeconds: 1_000_000).map(\.event)
    }

    @Test func `sends webhooks in the wrong order`() async throws {
        try await Stage.with { stage in
            let (_, customer, order) = try await stage.orderOfSomebody()
            #expect(try await stage.pay(order.orderId, of: customer, by: "sandbox_reordered_webhook").status == 202)
            #expect(try await deliveries(stage, after: 0) == ["payment.succeeded"])
            #expect(try await deliveries(stage, after: 2) == ["payment.processing"])
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).state == .paid)
        }
    }

    @Test func `sends a webhook a week later`() async throws {
        try await Stage.with { stage in
            let (_, customer, order) = try await stage.orderOfSomebody()
            #expect(try await stage.pay(order.orderId, of: customer, by: "sandbox_very_late_webhook").status == 202)
            #expect(try await deliveries(stage, after: 604_000) == [])
            #expect(try await deliveries(stage, after: 800) == ["payment.succeeded"])
        }
    }

    @Test func `is away, and then never heard of the payment`() async throws {
        try await Stage.with { stage in
            let (_, customer, order) = try await stage.orderOfSomebody()
            let answer = try await stage.pay(order.orderId, of: customer, by: "sandbox_outage")
            #expect(answer.status == 202)
            #expect(try answer.order.payments.map(\.state) == [.unknown])
            let attempt = try await stage.lastAttempt(of: order)
            try await stage.sandboxBook("UPDATE sandbox_outage SET ends_at = 'infinity'")
            await #expect(throws: SandboxFailure.self) { try await stage.sandbox.status(of: ProviderCharge(attempt)) }
            await #expect(throws: SandboxFailure.self) { try await stage.sandbox.cancel(ProviderCharge(attempt)) }
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.unknown])

            try await stage.sandboxBook("UPDATE sandbox_outage SET ends_at = '-infinity'")
            try await stage.reconcileEverything()

            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])
            #expect(try await stage.pay(order.orderId, of: customer).status == 201)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `gives back in parts, never more than was paid, and to some cards never`() async throws {
        try await Stage.with { stage in
            let (_, customer, order) = try await stage.orderOfSomebody([0, 1])
            _ = try await stage.pay(order.orderId, of: customer)
            let charge = ProviderCharge(try await stage.lastAttempt(of: order))
            func refund(_ amountMinor: Int64, of charge: ProviderCharge) -> ProviderRefund {
                ProviderRefund(
                    refundID: RefundID(at: .now), charge: charge,
                    amount: Money(amountMinor: amountMinor, currency: "KRW"))
            }
            let part = refund(4_000, of: charge)
            let tooMuch = refund(order.total.amountMinor, of: charge)
            #expect(try await stage.sandbox.status(of: part) == .notKnown)
            for _ in 0..<2 { #expect(try await stage.sandbox.refund(part) == .made) }
            for _ in 0..<2 {
                #expect(try await stage.sandbox.refund(tooMuch) == .refused(code: "more_than_charged"))
                #expect(try await stage.sandbox.status(of: tooMuch) == .refused(code: "more_than_charged"))
            }
            #expect(try await stage.sandbox.status(of: part) == .made)

            let (_, stubborn, other) = try await stage.orderOfSomebody()
            #expect(try await stage.pay(other.orderId, of: stubborn, by: "sandbox_refuse_refund").status == 201)
            let back = refund(1, of: ProviderCharge(try await stage.lastAttempt(of: other)))
            #expect(try await stage.sandbox.refund(back) == .refused(code: "card_account_closed"))
        }
    }

    @Test func `of two refunds that are too much together makes one`() async throws {
        try await Stage.with { stage in
            let (_, customer, order) = try await stage.orderOfSomebody()
            _ = try await stage.pay(order.orderId, of: customer)
            let charge = ProviderCharge(try await stage.lastAttempt(of: order))
            let most = Money(amountMinor: order.total.amountMinor - 1, currency: "KRW")

            let outcomes = try await withThrowingTaskGroup(of: ProviderRefundStatus.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await stage.sandbox.refund(
                            ProviderRefund(refundID: RefundID(at: .now), charge: charge, amount: most))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(outcomes.filter { $0 == .made }.count == 1)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
        }
    }
}
