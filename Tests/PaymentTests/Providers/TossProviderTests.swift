import LedgerStore
import ProviderStandIns
import Testing
import Ticketing
import Wire

@testable import Payment

/// The stand-in for Toss Payments over real sockets, with the ledger behind us.
@Suite struct `Paying by Toss Payments` {
    private static let confirm = "POST /v1/payments/confirm"

    /// An order whose buyer has Toss's window before them.
    private func windowOpen(_ stage: Stage) async throws -> (sale: Sale, order: OrderResource, payment: PaymentID) {
        let (sale, customer, order) = try await stage.orderOfSomebody([0, 1])
        let answer = try await stage.pay(order.orderId, of: customer, by: "toss_window")
        guard answer.status == 202, let payment = try answer.order.payments.first, payment.state == .requiresAction,
            payment.nextAction?.url.hasSuffix("/window/\(payment.paymentId)") == true
        else { throw StageFailure("no window: \(answer.text)") }
        return (sale, order, payment.paymentId)
    }

    @Test func `takes the money when the buyer agreed, by the amount of our ledger`() async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            #expect(await standIn.status(of: "\(payment)") == "READY")

            let back = await standIn.decide("\(payment)", isApproved: true)
            #expect(back?.hasPrefix("http://tickets.example/payments/\(payment)/return?paymentKey=") == true)
            #expect(try await stage.receive(await standIn.takeEvents(), token: "new-token") == [204])

            #expect(try await stage.current(order).state == .paid)
            #expect(await standIn.kept(of: "\(payment)") == order.total.amountMinor)
            #expect(try await stage.receive(await standIn.takeEvents(), token: "old-token") == [204])
            #expect(standIn.faults.calls(of: Self.confirm) == 1)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `takes the money though neither buyer nor message ever come back`() async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: true)

            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .paid)
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [false, true]) func `lets the seats be tried for again when it comes to nothing`(
        isRejectedLater: Bool
    ) async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: isRejectedLater, isRejectedLater: isRejectedLater)

            try await stage.receive(await standIn.takeEvents(), token: "new-token")

            let now = try await stage.current(order)
            #expect(now.state == .pending)
            #expect(now.payments.map(\.state) == [.declined])
            #expect(
                now.payments.map(\.declineCode) == [isRejectedLater ? "reject_card_payment" : "pay_process_canceled"])
            #expect(await standIn.kept(of: "\(payment)") == 0)
        }
    }

    @Test(arguments: [StandInFault.loseReply, .breakBefore, .status(500), .status(429), .status(409)])
    func `whose confirmation has no answer is asked for until it is known`(fault: StandInFault) async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: true)
            standIn.faults.plan(fault, at: Self.confirm)

            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.requiresAction])
            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .paid)
            #expect(await standIn.kept(of: "\(payment)") == order.total.amountMinor)
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [StandInFault.loseReply, .breakBefore, .status(503)])
    func `whose window was not heard of is found, or ended`(fault: StandInFault) async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(fault, at: "POST /v1/payments")
            let answer = try await stage.pay(order.orderId, of: customer, by: "toss_window")
            #expect(answer.status == 202)
            #expect(try answer.order.payments.map(\.state) == [.unknown])

            try await stage.reconcileEverything()

            #expect(
                try await stage.current(order).payments.map(\.state)
                    == [fault == .loseReply ? .requiresAction : .cancelled])
        }
    }

    @Test func `takes nothing for a payment that ended before the buyer agreed`() async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            try await stage.letHoldsLapse()
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])

            await standIn.decide("\(payment)", isApproved: true)
            try await stage.receive(await standIn.takeEvents(), token: "new-token")
            try await stage.reconcileEverything()

            #expect(standIn.faults.calls(of: Self.confirm) == 0)
            #expect(try await stage.current(order).state == .expired)
            #expect(await standIn.status(of: "\(payment)") == "IN_PROGRESS")
        }
    }

    @Test func `leaves open what somebody slow may be confirming, until Toss lets it expire`() async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: true)
            try await stage.letHoldsLapse()

            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.requiresAction])
            #expect(standIn.faults.calls(of: Self.confirm) == 0)

            await standIn.expire("\(payment)")
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])
        }
    }

    @Test func `goes on with the other key when one is refused, and only in currencies without minor units`()
        async throws
    {
        try await ProviderScene.withToss { stage, standIn, provider in
            for keys in [["test_sk_standin"], ["old_key_of_toss"]] {
                await standIn.takeKeys(keys)
                _ = try await windowOpen(stage)
            }
            let (_, order, _) = try await windowOpen(stage)
            try await stage.ledger("UPDATE payment SET currency = 'EUR'")
            let attempt = try await stage.lastAttempt(of: order)
            #expect(
                try await provider.start(ProviderCharge(attempt), deadline: .now + .seconds(5))
                    == .declined(code: "currency_not_supported"))
            #expect(provider.accepts(token: "toss_window"))
            #expect(!provider.accepts(token: "pm_card_visa"))
        }
    }

    // MARK: Webhooks

    @Test func `believes who knows the word of the address, and nobody else`() async throws {
        try await ProviderScene.withToss { stage, standIn, provider in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: true)
            let events = await standIn.takeEvents()

            for token in ["", "new-toke", "new-token ", "NEW-TOKEN", "of-nobody"] {
                #expect(try await stage.receive(events, token: token) == [403])
            }
            let other = StandInEvent(type: "x", body: Array(#"{"eventType":"PAYOUT_STATUS_CHANGED","data":{}}"#.utf8))
            let broken = StandInEvent(type: "x", body: Array("{".utf8))
            let ofNobody = StandInEvent(
                type: "x",
                body: Array(
                    #"{"eventType":"PAYMENT_STATUS_CHANGED","data":{"orderId":"\#(PaymentID(at: .now))"}}"#.utf8))
            #expect(try await stage.receive([other, broken, ofNobody], token: "old-token") == [204, 400, 204])
            #expect(try await stage.current(order).state == .pending)
        }
    }

    // MARK: Refunds

    @Test func `gives back in parts, never more than was paid, each once`() async throws {
        try await ProviderScene.withToss { stage, standIn, provider in
            let (_, order, payment) = try await windowOpen(stage)
            await standIn.decide("\(payment)", isApproved: true)
            try await stage.reconcileEverything()
            let charge = ProviderCharge(try await stage.lastAttempt(of: order))
            func refund(_ amountMinor: Int64) -> ProviderRefund {
                ProviderRefund(
                    refundID: RefundID(at: .now), charge: charge,
                    amount: Money(amountMinor: amountMinor, currency: "KRW"))
            }
            let part = refund(4_000)
            #expect(try await provider.status(of: part) == .notKnown)
            standIn.faults.plan(.loseReply, at: "POST /v1/payments/{id}/cancel")
            await #expect(throws: ProviderFailure.self) { try await provider.refund(part) }
            await standIn.forgetKeys()

            #expect(try await provider.refund(part) == .made)
            #expect(try await provider.status(of: part) == .made)
            #expect(await standIn.kept(of: "\(payment)") == order.total.amountMinor - 4_000)
            #expect(try await provider.status(of: charge) == .succeeded(reference: charge.reference))
            #expect(
                try await provider.refund(refund(order.total.amountMinor)) == .refused(code: "not_cancelable_amount"))
            #expect(try await provider.refund(refund(order.total.amountMinor - 4_000)) == .made)
            #expect(try await provider.refund(refund(1)) == .refused(code: "already_canceled_payment"))
            #expect(await standIn.kept(of: "\(payment)") == 0)
        }
    }
}
