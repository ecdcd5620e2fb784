import Foundation
import LedgerStore
import NIOPosix
import ProviderStandIns
import TestSupport
import Ticketing
import Wire

@testable import Payment

/// A provider's stand-in that listens, our client of it, and a stage on which it takes new payments.
enum ProviderScene {
    static func withStripe(
        settings: CheckoutSettings = CheckoutSettings(),
        _ body: @Sendable (Stage, StripeStandIn, StripeProvider) async throws -> Void
    ) async throws {
        let standIn = StripeStandIn()
        let server = standIn.server(logger: testLogger)
        let port = try await server.start(on: MultiThreadedEventLoopGroup.singleton)
        await standIn.listens(at: "http://127.0.0.1:\(port)")
        let client = ProviderClient(settings: clientSettings)
        let provider = StripeProvider(client: client, settings: stripeSettings(at: port))
        let outcome = await result {
            try await Stage.with(settings: settings, providers: [provider]) { try await body($0, standIn, provider) }
        }
        await client.shutdown()
        await server.stop()
        try outcome.get()
    }

    static func withToss(
        settings: CheckoutSettings = CheckoutSettings(),
        _ body: @Sendable (Stage, TossStandIn, TossProvider) async throws -> Void
    ) async throws {
        let standIn = TossStandIn()
        let server = standIn.server(logger: testLogger)
        let port = try await server.start(on: MultiThreadedEventLoopGroup.singleton)
        await standIn.listens(at: "http://127.0.0.1:\(port)")
        let client = ProviderClient(settings: clientSettings)
        let provider = TossProvider(
            client: client,
            settings: TossSettings(
                apiURL: "http://127.0.0.1:\(port)", secretKeys: ["test_sk_standin", "old_key_of_toss"],
                webhookTokens: ["new-token", "old-token"], returnURL: "http://tickets.example/payments/"))
        let outcome = await result {
            try await Stage.with(settings: settings, providers: [provider]) { try await body($0, standIn, provider) }
        }
        await client.shutdown()
        await server.stop()
        try outcome.get()
    }

    static func stripeSettings(at port: Int) -> StripeSettings {
        var settings = StripeSettings(
            secretKeys: ["sk_test_standin", "sk_test_next"], webhookSecrets: ["whsec_next", "whsec_standin"],
            publishableKey: "pk_test_standin")
        settings.apiURL = "http://127.0.0.1:\(port)"
        settings.returnURL = "http://tickets.example/payments/"
        return settings
    }

    static var clientSettings: ProviderClient.Settings {
        var settings = ProviderClient.Settings()
        settings.callMilliseconds = 5_000
        return settings
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

extension Stage {
    /// Hands the provider's messages in, as the gateway does; their statuses.
    @discardableResult
    func receive(_ events: [StandInEvent], of standIn: StripeStandIn) async throws -> [Int] {
        var statuses: [Int] = []
        for event in events {
            let now = Timestamp.now
            let command = WebhookCommand(
                provider: "stripe",
                signature: standIn.signature(of: event.body, at: now.unixMicroseconds / 1_000_000),
                body: base64(event.body))
            statuses.append(try await webhooks.receive(command, at: now, requestID: nil).status)
        }
        return statuses
    }

    /// The same for Toss's.
    @discardableResult
    func receive(_ events: [StandInEvent], token: String) async throws -> [Int] {
        var statuses: [Int] = []
        for event in events {
            let command = WebhookCommand(provider: "toss", signature: token, body: base64(event.body))
            statuses.append(try await webhooks.receive(command, at: .now, requestID: nil).status)
        }
        return statuses
    }

    /// A sale with an order of some seats in it.
    func orderOfSomebody(
        _ seats: [SeatIndex] = [0]
    ) async throws -> (sale: Sale, customer: CustomerID, order: OrderResource) {
        let sale = try await makeSale()
        let customer = try await makeCustomer()
        return (sale, customer, try await order(seats, of: customer, in: sale))
    }

    /// The attempt at paying an order that was made last.
    func lastAttempt(of order: OrderResource) async throws -> PaymentAttempt {
        guard let payment = try await current(order).payments.last,
            let attempt = try await payments.payment(payment.paymentId)
        else { throw StageFailure("no payment") }
        return attempt
    }
}

/// Standard base64, as the gateway encodes bodies.
func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
}
