import ServiceRuntime
import Testing
import Wire

@testable import Payment

@Suite struct `The providers' settings` {
    private static let sandbox = [
        "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:5432", "BOXOFFICE_DATABASE_USER": "u",
        "BOXOFFICE_SANDBOX_DATABASE_NAME": "sandbox",
        "BOXOFFICE_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:8080/v1/webhooks/sandbox",
        "BOXOFFICE_SANDBOX_KEYS": "a:" + String(repeating: "07", count: 32),
    ]
    private static let stripe = [
        "BOXOFFICE_PAYMENT_PROVIDERS": "stripe", "BOXOFFICE_PUBLIC_URL": "https://tickets.example/",
        "BOXOFFICE_STRIPE_SECRET_KEYS": "sk_test_new,sk_test_old", "BOXOFFICE_STRIPE_WEBHOOK_SECRETS": "whsec_one",
        "BOXOFFICE_STRIPE_PUBLISHABLE_KEY": "pk_test_one",
    ]

    private func read(_ environment: [String: String]) throws -> ProviderSettings {
        try SettingsReader.read(environment) { ProviderSettings($0) }
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try read(environment)
            return []
        } catch let failure as SettingsFailure {
            return failure.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `have the sandbox alone unless told otherwise`() throws {
        let settings = try read(Self.sandbox)
        #expect(settings.names == [.sandbox])
        #expect(settings.sandbox != nil && settings.stripe == nil && settings.toss == nil)
    }

    @Test func `need nothing of a provider that is not there`() throws {
        let settings = try read(Self.stripe)
        #expect(settings.sandbox == nil)
        let stripe = try #require(settings.stripe)
        #expect(stripe.secretKeys == ["sk_test_new", "sk_test_old"])
        #expect(stripe.webhookSecrets == ["whsec_one"])
        #expect(stripe.returnURL == "https://tickets.example/payments/")
        #expect(stripe.apiURL == "https://api.stripe.com")
        #expect(stripe.sources.frame.contains("https://hooks.stripe.com"))
    }

    @Test func `let the page reach a stand-in's script, and nothing of Stripe's then`() throws {
        let settings = try read(
            Self.stripe.merging([
                "BOXOFFICE_STRIPE_URL": "http://127.0.0.1:4242",
                "BOXOFFICE_STRIPE_SCRIPT_URL": "http://127.0.0.1:4242/v3/",
            ]) { $1 })
        let stripe = try #require(settings.stripe)
        #expect(stripe.apiURL == "http://127.0.0.1:4242")
        #expect(stripe.sources.script == ["http://127.0.0.1:4242"])
    }

    @Test func `name what is missing of a provider that is there, and show no secret`() {
        #expect(problems([:]).allSatisfy { $0.hasPrefix("BOXOFFICE_") })
        let missing = problems(["BOXOFFICE_PAYMENT_PROVIDERS": "stripe,toss"])
        for name in [
            "BOXOFFICE_PUBLIC_URL", "BOXOFFICE_STRIPE_SECRET_KEYS_FILE", "BOXOFFICE_STRIPE_WEBHOOK_SECRETS_FILE",
            "BOXOFFICE_STRIPE_PUBLISHABLE_KEY", "BOXOFFICE_TOSS_SECRET_KEYS_FILE", "BOXOFFICE_TOSS_WEBHOOK_TOKENS_FILE",
        ] {
            #expect(missing.contains { $0.hasPrefix("\(name) is not set") }, "\(name)")
        }
        #expect(!missing.contains { $0.contains("SANDBOX") })
        let three = problems(Self.stripe.merging(["BOXOFFICE_STRIPE_SECRET_KEYS": "sk_one_1,sk_two_2,sk_three"]) { $1 })
        #expect(three.count == 1 && !three[0].contains("sk_"))
        #expect(problems(Self.stripe.merging(["BOXOFFICE_STRIPE_WEBHOOK_SECRETS": "short"]) { $1 }).count == 1)
    }

    @Test(arguments: ["paypal", "stripe,stripe", "stripe,", ",", "Stripe"])
    func `refuse what is no list of providers`(names: String) {
        let problems = problems(Self.stripe.merging(["BOXOFFICE_PAYMENT_PROVIDERS": names]) { $1 })
        #expect(problems.contains { $0.hasPrefix("BOXOFFICE_PAYMENT_PROVIDERS=") })
    }

    @Test func `list all that there is, whatever is chosen`() {
        let names = SettingsReader.declarations(ProviderSettings.init).map(\.name)
        for part in ["SANDBOX_KEYS", "STRIPE_SECRET_KEYS", "TOSS_WEBHOOK_TOKENS", "PUBLIC_URL"] {
            #expect(names.contains { $0.contains("BOXOFFICE_\(part)") }, "\(part)")
        }
    }
}
