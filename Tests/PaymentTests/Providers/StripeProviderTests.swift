import LedgerStore
import ProviderStandIns
import Testing
import Ticketing
import Wire

@testable import Payment

/// Stripe's stand-in over real sockets, with the ledger behind us.
@Suite struct `Paying by Stripe` {
    private static let confirm = "POST /v1/payment_intents/{id}/confirm"
    private static let create = "POST /v1/payment_intents"

    @Test func `takes the money once and gives the seats`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody([0, 1])

            let answer = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k")

            #expect(answer.status == 201, "\(answer.text)")
            let payment = try #require(try answer.order.payments.first)
            let intents = await standIn.intents(of: payment.paymentId.description)
            #expect(intents.map(\.status) == ["succeeded"])
            #expect(await standIn.kept(of: payment.paymentId.description) == order.total.amountMinor)
            #expect(try await stage.lastAttempt(of: order).reference == intents[0].id)
            #expect(try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k").isReplay)
            #expect(try await stage.receive(await standIn.takeEvents(), of: standIn).allSatisfy { $0 == 204 })
            #expect(standIn.faults.calls(of: Self.confirm) == 1)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `after a declined card takes another`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()

            let declined = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa_chargeDeclined")
            #expect(declined.status == 402)
            #expect(try await stage.current(order).payments.map(\.declineCode) == ["generic_decline"])
            let unknownCard = try await stage.pay(order.orderId, of: customer, by: "pm_card_of_nobody")
            #expect(unknownCard.status == 402)

            #expect(try await stage.pay(order.orderId, of: customer, by: "pm_card_visa").status == 201)
            try await stage.receive(await standIn.takeEvents(), of: standIn)
            #expect(try await stage.current(order).payments.map(\.state) == [.declined, .declined, .succeeded])
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: [
        "4242424242424242", "sandbox_succeed", "pm_", "pm_x y", "pm_" + String(repeating: "x", count: 300),
    ])
    func `sends no token that can't be one`(token: String) async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            #expect(provider.accepts(token: token) == (token == "pm_"))
        }
    }

    @Test(arguments: [true, false]) func `follows the buyer to the bank and back`(isApproved: Bool) async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()

            let answer = try await stage.pay(order.orderId, of: customer, by: "pm_card_threeDSecure2Required")
            #expect(answer.status == 202)
            let payment = try #require(try answer.order.payments.first)
            let intent = try #require(await standIn.intents(of: payment.paymentId.description).first)
            #expect(payment.state == .requiresAction)
            #expect(payment.nextAction?.url.hasSuffix("/3ds/\(intent.id)") == true)
            #expect(try await stage.lastAttempt(of: order).reference == intent.id)
            try await stage.receive(await standIn.takeEvents(), of: standIn)
            #expect(try await stage.current(order).payments.map(\.state) == [.requiresAction])

            let back = await standIn.authenticate(intent.id, isApproved: isApproved)
            #expect(back?.hasPrefix("http://tickets.example/payments/\(payment.paymentId)/return") == true)
            try await stage.receive(await standIn.takeEvents(), of: standIn)

            let now = try await stage.current(order)
            #expect(now.state == (isApproved ? .paid : .pending))
            #expect(now.payments.map(\.state) == [isApproved ? .succeeded : .declined])
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `ends an intent whose buyer never comes back from the bank`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()
            let answer = try await stage.pay(order.orderId, of: customer, by: "pm_card_threeDSecure2Required")
            let payment = try #require(try answer.order.payments.first)

            try await stage.letHoldsLapse()
            try await stage.reconcileEverything()

            let intents = await standIn.intents(of: payment.paymentId.description)
            #expect(intents.map(\.status) == ["canceled"])
            await standIn.authenticate(intents[0].id, isApproved: true)
            try await stage.receive(await standIn.takeEvents(), of: standIn)
            #expect(try await stage.current(order).state == .expired)
            #expect(await standIn.kept(of: payment.paymentId.description) == 0)
        }
    }

    @Test(arguments: [
        (create, StandInFault.loseReply), (create, .breakBefore), (create, .status(500)), (create, .status(429)),
        (confirm, .loseReply), (confirm, .breakBefore), (confirm, .status(503)), (confirm, .status(409)),
        (create, .status(403)), (confirm, .status(403)), (confirm, .status(200)),
    ])
    func `neither succeeds nor fails while nobody knows, and is found by its key`(
        route: String, fault: StandInFault
    ) async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(fault, at: route)

            let answer = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k")
            #expect(answer.status == 202, "\(answer.text)")
            #expect(try answer.order.payments.map(\.state) == [.unknown])
            let payment = try #require(try answer.order.payments.first).paymentId.description

            // As long as nobody answers, it stays unknown.
            standIn.faults.plan(.status(500), at: Self.create)
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.unknown])

            try await stage.reconcileEverything()

            let isTaken = await standIn.kept(of: payment) > 0
            #expect(isTaken == (route == Self.confirm && fault == .loseReply))
            #expect(try await stage.current(order).payments.map(\.state) == [isTaken ? .succeeded : .cancelled])
            #expect(await standIn.intents(of: payment).count == 1)
            #expect(try await stage.findings() == [])
            let told = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k")
            #expect(told.status == (isTaken ? 201 : 402) && told.isReplay)
        }
    }

    @Test(arguments: [
        (create, true), (create, false), (confirm, false), ("POST /v1/payment_intents/{id}/cancel", false),
    ])
    func `is ended though Stripe repeats a fault of its own all day, and another card pays`(
        route: String, isDone: Bool
    ) async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(.keptFault(isDone: isDone), at: route)
            if route.hasSuffix("cancel") { standIn.faults.plan(.breakBefore, at: Self.confirm) }
            let answer = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k")
            #expect(try answer.order.payments.map(\.state) == [.unknown])

            for _ in 0..<2 { try await stage.reconcileEverything() }
            #expect(try await stage.current(order).payments.map(\.state) == [.cancelled])

            let other = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa")
            #expect(try other.order.state == .paid)
            #expect(try await stage.findings() == [])
        }
    }

    @Test(arguments: ["ISK", "MGA", "KWD", "UGX"])
    func `in a currency that Stripe counts otherwise takes nothing`(currency: String) async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (_, customer, order) = try await stage.orderOfSomebody()
            let attempt = try #require(try await stage.begin(order, of: customer, by: "pm_card_visa").attempt)
            let charge = ProviderCharge(
                paymentID: attempt.paymentID, orderID: attempt.orderID,
                amount: Money(amountMinor: 5_000, currency: currency), token: "pm_card_visa", reference: nil,
                ageSeconds: 0)
            let outcome = try await provider.start(charge, deadline: .now + .seconds(5))
            #expect(outcome == .declined(code: "currency_not_supported"))
            #expect(standIn.faults.calls(of: Self.create) == 0)
        }
    }

    @Test func `that was ended can't be started any more by somebody slow`() async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (_, customer, order) = try await stage.orderOfSomebody()
            let attempt = try #require(try await stage.begin(order, of: customer, by: "pm_card_visa").attempt)
            let charge = ProviderCharge(attempt)

            #expect(try await provider.cancel(charge) == .cancelled)
            #expect(try await provider.start(charge, deadline: .now + .seconds(5)) == .cancelled)
            #expect(try await provider.cancel(charge) == .cancelled)

            #expect(await standIn.kept(of: "\(attempt.paymentID)") == 0)
            #expect(await standIn.intents(of: "\(attempt.paymentID)").count == 1)
        }
    }

    @Test func `started by two at once takes the money once`() async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            let (_, customer, order) = try await stage.orderOfSomebody()
            let attempt = try #require(try await stage.begin(order, of: customer, by: "pm_card_visa").attempt)

            let outcomes = try await withThrowingTaskGroup(of: ProviderStatus.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await provider.start(ProviderCharge(attempt), deadline: .now + .seconds(5))
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }

            #expect(outcomes.count == 1)
            #expect(await standIn.kept(of: "\(attempt.paymentID)") == order.total.amountMinor)
        }
    }

    @Test func `older than Stripe's keys is searched for, and never sent again`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (_, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(.loseReply, at: Self.confirm)
            _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa", key: "k")
            await standIn.forgetKeys()
            try await stage.ledger("UPDATE payment SET created_at = created_at - interval '21 hours'")
            let made = standIn.faults.calls(of: Self.create)

            try await stage.reconcileEverything()

            #expect(try await stage.current(order).state == .paid)
            #expect(standIn.faults.calls(of: Self.create) == made)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `goes on with the other key when one is refused`() async throws {
        try await ProviderScene.withStripe { stage, standIn, provider in
            for keys in [["sk_test_standin"], ["sk_test_next", "sk_test_standin"], ["sk_test_next"]] {
                await standIn.takeKeys(keys)
                let (_, customer, order) = try await stage.orderOfSomebody()
                #expect(try await stage.pay(order.orderId, of: customer, by: "pm_card_visa").status == 201)
            }
            await standIn.takeKeys(["sk_test_of_somebody_else"])
            let (_, customer, order) = try await stage.orderOfSomebody()
            #expect(try await stage.pay(order.orderId, of: customer, by: "pm_card_visa").status == 202)
            #expect(try await stage.current(order).payments.map(\.state) == [.unknown])
        }
    }
}
