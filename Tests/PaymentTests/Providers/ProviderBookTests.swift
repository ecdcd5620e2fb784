import LedgerStore
import ProviderStandIns
import Testing
import Ticketing
import Wire

@testable import Payment

/// Providers' own books against clearing, by their documented lists.
struct ProviderBookTests {
    /// Orders that Stripe was paid, declined and asked to give back.
    @Test func `Stripe's charges agree with clearing, and a charge that we don't have is found`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let client = ProviderClient()
            let book = StripeChargeBook(client: client, settings: try await Self.stripe(standIn))
            let (sale, customer, order) = try await stage.orderOfSomebody()
            _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa_chargeDeclined")
            _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa")
            let other = try await stage.order([3], of: customer, in: sale)
            _ = try await stage.pay(other.orderId, of: customer, by: "pm_card_visa")
            var report = try await stage.audit(of: book)
            #expect(report.findings == [])
            #expect(report.books.first == AuditReport.Book(provider: "stripe", payments: 2))

            // Somebody gives money back in Stripe's own dashboard.
            let attempt = try await stage.lastAttempt(of: order)
            try await Self.giveBack(attempt, at: standIn)
            report = try await stage.audit(of: book)
            #expect(report.findings.map(\.check) == ["clearing_differs_from_provider"])
            #expect(report.findings.first?.subject == attempt.paymentID.description)

            // And a payment of ours is gone.
            try await stage.ledger(
                "DELETE FROM payment WHERE order_id = '\(other.orderId)'; DELETE FROM transfer WHERE order_id = '\(other.orderId)'"
            )
            report = try await stage.audit(of: book)
            #expect(report.findings.map(\.check).contains("charge_without_payment"))
            await client.shutdown()
        }
    }

    @Test func `more charges than a page holds are all read`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let client = ProviderClient()
            let settings = try await Self.stripe(standIn)
            let api = StripeAPI(client: client, settings: settings)
            for _ in 0..<120 {
                let charge = ProviderCharge(
                    paymentID: PaymentID(at: .now), orderID: OrderID(at: .now),
                    amount: Money(amountMinor: 100, currency: "EUR"), token: "pm_card_visa",
                    reference: nil, ageSeconds: 0)
                guard case .done(let intent) = try await api.makeIntent(of: charge) else { return }
                _ = try await api.confirm(intent.id, of: charge)
            }
            var sum: Int64 = 0
            try await StripeChargeBook(client: client, settings: settings).read(since: .now.advanced(bySeconds: -60)) {
                #expect($0.currency == "EUR")
                sum += $0.keptMinor
            }
            #expect(sum == 12_000)
            await client.shutdown()
        }
    }

    @Test func `Toss's transactions agree with clearing, and money that went back there is found`() async throws {
        try await ProviderScene.withToss { stage, standIn, _ in
            let client = ProviderClient()
            let settings = TossSettings(
                apiURL: try await Self.address(standIn), secretKeys: ["test_sk_standin"], webhookTokens: ["t"],
                returnURL: "http://tickets.example/payments/")
            let book = TossTransactionBook(client: client, settings: settings)
            let (_, customer, order) = try await stage.orderOfSomebody()
            _ = try await stage.pay(order.orderId, of: customer, by: TossProvider.token)
            let attempt = try await stage.lastAttempt(of: order)
            await standIn.decide(attempt.paymentID.description, isApproved: true)
            _ = try await stage.settlement.lookAfter(attempt, mayBeOnItsWay: true)
            #expect(try await stage.current(order).state == .paid)
            var report = try await stage.audit(of: book)
            #expect(report.findings == [])
            #expect(report.books.first == AuditReport.Book(provider: "toss", payments: 1))

            let provider = TossProvider(client: client, settings: settings)
            let back = ProviderRefund(
                refundID: RefundID(at: .now), charge: ProviderCharge(attempt),
                amount: Money(amountMinor: 1_000, currency: "KRW"))
            #expect(try await provider.refund(back) == .made)
            report = try await stage.audit(of: book)
            #expect(report.findings.map(\.check) == ["clearing_differs_from_provider"])
            await client.shutdown()
        }
    }

    @Test func `a book that can't be read ends the audit, and proves nothing`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let client = ProviderClient()
            let book = StripeChargeBook(client: client, settings: try await Self.stripe(standIn))
            await standIn.takeKeys(["another"])
            await #expect(throws: ProviderFailure.self) { _ = try await stage.audit(of: book) }
            await client.shutdown()
        }
    }

    private static func stripe(_ standIn: StripeStandIn) async throws -> StripeSettings {
        var settings = ProviderScene.stripeSettings(at: 0)
        settings.apiURL = await standIn.address
        return settings
    }

    private static func address(_ standIn: TossStandIn) async throws -> String { await standIn.address }

    private static func giveBack(_ attempt: PaymentAttempt, at standIn: StripeStandIn) async throws {
        let client = ProviderClient()
        let provider = StripeProvider(client: client, settings: try await stripe(standIn))
        let refund = ProviderRefund(
            refundID: RefundID(at: .now), charge: ProviderCharge(attempt),
            amount: Money(amountMinor: 1_000, currency: "KRW"))
        #expect(try await provider.refund(refund) == .made)
        await client.shutdown()
    }
}

extension Stage {
    /// The audit with another provider's book.
    fileprivate func audit(of other: any ProviderBook) async throws -> AuditReport {
        try await Audit(store: AuditStore(pool: pool), books: [other, SandboxBook(store: book)]).report()
    }
}
