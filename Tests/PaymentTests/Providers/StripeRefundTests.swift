import LedgerStore
import ProviderStandIns
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A refund by Stripe` {
    private static let route = "POST /v1/refunds"

    private func charge(
        _ stage: Stage, by token: String = "pm_card_visa"
    ) async throws -> (charge: ProviderCharge, total: Money) {
        let (_, customer, order) = try await stage.orderOfSomebody([0, 1])
        _ = try await stage.pay(order.orderId, of: customer, by: token)
        return (ProviderCharge(try await stage.lastAttempt(of: order)), order.total)
    }

    private func refund(_ charge: ProviderCharge, _ amountMinor: Int64) -> ProviderRefund {
        ProviderRefund(
            refundID: RefundID(at: .now), charge: charge, amount: Money(amountMinor: amountMinor, currency: "KRW"))
    }

    @Test func `is made in parts, never more than was paid, each once`() async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (charge, total) = try await charge(stage)
            let first = refund(charge, 4_000)
            #expect(try await provider.status(of: first) == .notKnown)

            #expect(try await provider.refund(first) == .made)
            #expect(try await provider.refund(first) == .made)
            #expect(try await provider.status(of: first) == .made)
            #expect(
                try await provider.refund(refund(charge, total.amountMinor)) == .refused(code: "invalid_request_error"))
            #expect(try await provider.refund(refund(charge, total.amountMinor - 4_000)) == .made)
            #expect(try await provider.refund(refund(charge, 1)) == .refused(code: "charge_already_refunded"))

            #expect(await standIn.kept(of: "\(charge.paymentID)") == 0)
            #expect(await standIn.refundCount == 2)
        }
    }

    @Test(arguments: [StandInFault.loseReply, .breakBefore, .status(500), .status(429)])
    func `whose answer is lost is unknown, and made once when it is asked again`(fault: StandInFault) async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (charge, total) = try await charge(stage)
            let refund = refund(charge, total.amountMinor)
            standIn.faults.plan(fault, at: Self.route)

            await #expect(throws: ProviderFailure.self) { try await provider.refund(refund) }
            // Long after, when the key is forgotten.
            await standIn.forgetKeys()
            #expect(try await provider.refund(refund) == .made)

            #expect(await standIn.refundCount == 1)
            #expect(await standIn.kept(of: "\(charge.paymentID)") == 0)
        }
    }

    @Test(arguments: [true, false])
    func `that ended with a fault which Stripe repeats all day is made once`(isDone: Bool) async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (charge, total) = try await charge(stage)
            let refund = refund(charge, total.amountMinor)
            standIn.faults.plan(.keptFault(isDone: isDone), at: Self.route)

            await #expect(throws: ProviderFailure.self) { try await provider.refund(refund) }
            #expect(try await provider.refund(refund) == .made)

            #expect(await standIn.refundCount == 1)
            #expect(await standIn.kept(of: "\(charge.paymentID)") == 0)
        }
    }

    @Test func `is refused by a card that takes none`() async throws {
        try await ProviderScene.withStripe { stage, _, provider in
            let (charge, total) = try await charge(stage, by: "pm_card_refundFail")
            let refund = refund(charge, total.amountMinor)
            #expect(try await provider.refund(refund) == .refused(code: "expired_or_canceled_card"))
            #expect(try await provider.status(of: refund) == .refused(code: "expired_or_canceled_card"))
        }
    }

    @Test func `of late money is booked when Stripe is through with it, and not before`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (sale, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(.loseReply, at: "POST /v1/payment_intents/{id}/confirm")
            _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_pendingRefund")
            try await stage.letHoldsLapse()
            _ = try await stage.hold([0], of: try await stage.makeCustomer(), in: sale)

            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.refunding])
            _ = await standIn.takeEvents()
            await standIn.finishRefunds()
            try await stage.receive(await standIn.takeEvents(), of: standIn)

            #expect(try await stage.current(order).state == .refunded)
            #expect(await standIn.refundCount == 1)
            #expect(try await stage.findings() == [])
        }
    }
}
