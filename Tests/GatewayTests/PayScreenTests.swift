import HTTPTypes
import Testing
import Ticketing
import Wire

@testable import Gateway

/// What the pay screen may reach, what it is told of its provider, and the way back from the provider's pages.
struct PayScreenTests {
    private static let policy = HTTPField.Name("Content-Security-Policy")!
    private static let form = PaymentFormResource(
        provider: "stripe", scriptUrl: "https://js.stripe.com/v3/", publishableKey: "pk_test",
        sources: PaymentFormSources(
            script: ["https://js.stripe.com"], frame: ["https://js.stripe.com", "https://hooks.stripe.com"],
            connect: ["https://api.stripe.com"]))
    private let edge: Edge

    init() throws {
        edge = try Edge()
    }

    private func directives(_ path: String) async -> [String: String] {
        let text = await edge.ask(.get, path).fields[Self.policy] ?? ""
        return text.split(separator: "; ").reduce(into: [:]) { directives, directive in
            let parts = directive.split(separator: " ", maxSplits: 1)
            directives[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
    }

    @Test func `the pay screen may reach what its provider's form needs, and no other screen may`() async {
        edge.services.answer("payments/paymentForm") { try Answer(Self.form) }

        let pay = await directives("/orders/x")
        #expect(pay["script-src"] == "'self' https://js.stripe.com")
        #expect(pay["frame-src"] == "https://js.stripe.com https://hooks.stripe.com")
        #expect(pay["connect-src"] == "'self' https://api.stripe.com")
        #expect(await edge.ask(.get, "/orders/x").fields[.cacheControl] == "no-store")
        let strict = await directives("/")
        #expect(strict["script-src"] == "'self'" && strict["connect-src"] == "'self'" && strict["frame-src"] == nil)
        for path in ["/tickets", "/performances/p", "/v1/payment-form", "/assets/none.js", "/nowhere"] {
            #expect(await directives(path) == strict, "\(path)")
        }
        #expect(
            pay.filter { !["script-src", "frame-src", "connect-src"].contains($0.key) }
                == strict.filter { !["script-src", "connect-src"].contains($0.key) })
    }

    @Test(arguments: [
        "https://evil.example; script-src *", "'unsafe-inline'", "*", "data:", "https://a b", "https://a,b", "",
    ])
    func `nothing but an origin gets into the policy`(source: String) async {
        edge.services.answer("payments/paymentForm") {
            try Answer(
                PaymentFormResource(
                    provider: "stripe", sources: PaymentFormSources(script: [source], frame: [source], connect: [])))
        }
        let pay = await directives("/orders/x")
        #expect(pay["script-src"] == "'self'")
        #expect(pay["frame-src"] == nil)
    }

    @Test func `while nobody answers the pay screen is as strict as the others`() async {
        #expect(await directives("/orders/x")["script-src"] == "'self'")
        #expect(await edge.ask(.get, "/v1/payment-form").status == 503)
        edge.services.answer("payments/paymentForm") { try Answer(Self.form) }
        #expect(await directives("/orders/x")["script-src"] == "'self' https://js.stripe.com")
    }

    @Test func `the form is told to everybody who asks`() async throws {
        edge.services.answer("payments/paymentForm") { try Answer(Self.form) }
        let answer = await edge.ask(.get, "/v1/payment-form")
        #expect(answer.status == 200)
        #expect(try WireJSON.decode(PaymentFormResource.self, from: answer.body) == Self.form)
    }

    @Test func `who comes back from the provider's page is led to the order, whatever the address says`() async {
        let (payment, order) = (PaymentID(at: .now), OrderID(at: .now))
        edge.services.answer("payments/paymentReturn") {
            try Answer(
                PaymentReturnResource(
                    paymentId: payment, orderId: order, performanceId: PerformanceID(at: .now), state: .succeeded))
        }
        let answer = await edge.ask(.get, "/payments/\(payment)/return?paymentKey=k&orderId=o&amount=1")
        #expect(answer.status == 303)
        #expect(answer.fields[.location] == "/orders/\(order)")
        #expect(await edge.ask(.get, "/payments/nonsense/return").status == 404)
    }

    @Test func `who comes back from nowhere is told so`() async {
        edge.services.answer("payments/paymentReturn") { try Answer(refusal: Problem(.notFound)) }
        #expect(await edge.ask(.get, "/payments/\(PaymentID(at: .now))/return").status == 404)
    }

    @Test(arguments: [
        ("sandbox", HTTPField.Name("Webhook-Signature")!, ""), ("stripe", HTTPField.Name("Stripe-Signature")!, ""),
        ("toss", HTTPField.Name("X-Nothing")!, "?token=proof"),
    ])
    func `each provider's proof goes on as it came`(provider: String, field: HTTPField.Name, query: String) async throws
    {
        edge.services.answer("payments/webhook") { Answer.noContent }
        let answer = await edge.ask(.post, "/v1/webhooks/\(provider)\(query)", [field: "proof"])
        #expect(answer.status == 204)
        let call = try #require(edge.services.calls.last)
        let command = try WireJSON.decode(WebhookCommand.self, from: call.body)
        #expect(command == WebhookCommand(provider: provider, signature: "proof", body: ""))
    }

    @Test func `a proof that is too long, or of nobody, goes nowhere`() async {
        let long = String(repeating: "x", count: 1_025)
        #expect(
            await edge.ask(.post, "/v1/webhooks/stripe", [HTTPField.Name("Stripe-Signature")!: long]).status == 403)
        #expect(await edge.ask(.post, "/v1/webhooks/paypal").status == 404)
        #expect(edge.services.calls.isEmpty)
    }
}
