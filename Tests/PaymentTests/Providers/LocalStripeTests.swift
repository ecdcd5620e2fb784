import Foundation
import LedgerStore
import ProviderStandIns
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

/// Somebody else's reading of Stripe's API: `localstripe`, which confirms, refunds in part and signs webhooks.
///
/// It ignores keys, approves cards that Stripe declines and knows no address to come back to from a bank: those parts
/// are `StripeStandIn`'s. Runs where BOXOFFICE_TEST_PYTHON names a Python that has it, as `deploy/local/test` does.
@Suite(.enabled(if: LocalStripe.python != nil)) struct `Paying by localstripe` {
    @Test func `takes the money, gives parts of it back, and its webhooks are believed`() async throws {
        try await LocalStripe.with { stripe in
            let card = try await stripe.card(number: "4242424242424242")
            let client = ProviderClient(settings: ProviderScene.clientSettings)
            var settings = ProviderScene.stripeSettings(at: stripe.port)
            settings.returnURL = nil
            let provider = StripeProvider(client: client, settings: settings)
            try await Stage.with(settings: CheckoutSettings(), providers: [provider]) { stage in
                let (_, customer, order) = try await stage.orderOfSomebody([0, 1])

                let answer = try await stage.pay(order.orderId, of: customer, by: card)

                #expect(answer.status == 201, "\(answer.text)")
                let attempt = try await stage.lastAttempt(of: order)
                let charge = ProviderCharge(attempt)
                #expect(try await provider.status(of: charge) == .succeeded(reference: charge.reference))
                #expect(try await provider.cancel(charge) == .succeeded(reference: charge.reference))
                let part = ProviderRefund(
                    refundID: RefundID(at: .now), charge: charge, amount: Money(amountMinor: 4_000, currency: "KRW"))
                #expect(try await provider.status(of: part) == .notKnown)
                for _ in 0..<2 { #expect(try await provider.refund(part) == .made) }
                #expect(try await provider.status(of: part) == .made)
                #expect(try await stripe.refunded(of: charge.reference ?? "") == 4_000)

                let message = try await stripe.message("payment_intent.succeeded")
                let taken = try await stage.webhooks.receive(
                    WebhookCommand(provider: "stripe", signature: message.signature, body: base64(message.body)),
                    at: .now, requestID: nil)
                #expect(taken.status == 204)
                #expect(
                    try provider.verifyWebhook(body: message.body, signature: message.signature, at: .now)?.paymentID
                        == attempt.paymentID)
            }
            await client.shutdown()
        }
    }

    @Test func `an intent that was cancelled stays so`() async throws {
        try await LocalStripe.with { stripe in
            let card = try await stripe.card(number: "4242424242424242")
            let client = ProviderClient(settings: ProviderScene.clientSettings)
            var settings = ProviderScene.stripeSettings(at: stripe.port)
            settings.returnURL = nil
            let api = StripeAPI(client: client, settings: settings)
            let provider = StripeProvider(client: client, settings: settings)
            try await Stage.with(settings: CheckoutSettings(), providers: [provider]) { stage in
                let (_, customer, order) = try await stage.orderOfSomebody()
                let attempt = try #require(try await stage.begin(order, of: customer, by: card).attempt)
                let charge = ProviderCharge(attempt)
                guard case .done(let intent) = try await api.makeIntent(of: charge) else {
                    Issue.record("no intent")
                    return
                }
                #expect(intent.meaning == .notKnown)
                guard case .done(let ended) = try await api.cancel(intent.id, of: charge) else {
                    Issue.record("it can't be ended")
                    return
                }
                #expect(ended.meaning == .cancelled)
                guard case .refused = try await api.confirm(intent.id, of: charge) else {
                    Issue.record("it was confirmed")
                    return
                }
            }
            await client.shutdown()
        }
    }
}
