import Postgres
import ServiceRuntime
import Wire

/// Which providers there are, and the settings of each that is.
struct ProviderSettings: Sendable {
    /// What the sandbox needs.
    struct Sandbox: Sendable {
        let book: PostgresSettings
        let webhookURL: ServiceURL?
        let keys: SigningKeySet
        let provider: SandboxProvider.Settings
    }

    /// The first takes new payments, the others finish what they began.
    let names: [ProviderName]
    let sandbox: Sandbox?
    let stripe: StripeSettings?
    let toss: TossSettings?

    init(_ reader: SettingsReader) {
        let names = Self.names(reader)
        self.names = names
        sandbox = reader.part(isNeeded: names.contains(.sandbox)) { Self.sandbox(reader) }
        let returnURL = reader.part(isNeeded: names.contains { $0 != .sandbox }) {
            Self.base(
                reader.url(
                    "BOXOFFICE_PUBLIC_URL", example: "https://tickets.example",
                    "Where buyers reach us: they come back there from a provider's page.")) + "/payments/"
        }
        stripe = reader.part(isNeeded: names.contains(.stripe)) { Self.stripe(reader, returnURL: returnURL) }
        toss = reader.part(isNeeded: names.contains(.toss)) { Self.toss(reader, returnURL: returnURL ?? "") }
    }

    /// The providers, the first of which takes new payments.
    static func names(_ reader: SettingsReader) -> [ProviderName] {
        reader.choices(
            "BOXOFFICE_PAYMENT_PROVIDERS", default: [ProviderName.sandbox],
            "The first takes new payments, the others finish what they began.")
    }

    private static func sandbox(_ reader: SettingsReader) -> Sandbox {
        let book = PaymentDatabases.sandboxBook(reader)
        let webhookURL = reader.url(
            "BOXOFFICE_SANDBOX_WEBHOOK_URL", example: "http://127.0.0.1:8080/v1/webhooks/sandbox",
            "Where the sandbox provider sends its webhooks: the gateway.")
        let keys = reader.signingKeys("BOXOFFICE_SANDBOX_KEYS", "The keys that sign the sandbox's webhooks.")
        var provider = SandboxProvider.Settings()
        provider.lateSeconds = Double(
            reader.int(
                "BOXOFFICE_SANDBOX_LATE_SECONDS", default: Int(provider.lateSeconds), in: 0...86_400, unit: "seconds",
                "How long after the caller gave up the sandbox charges a late card."))
        provider.outageSeconds = Double(
            reader.int(
                "BOXOFFICE_SANDBOX_OUTAGE_SECONDS", default: Int(provider.outageSeconds), in: 0...86_400,
                unit: "seconds", "How long the sandbox is away for a payment by the card that finds it away."))
        provider.veryLateSeconds = Double(
            reader.int(
                "BOXOFFICE_SANDBOX_VERY_LATE_SECONDS", default: Int(provider.veryLateSeconds), in: 0...2_592_000,
                unit: "seconds", "How late the sandbox's very late webhooks come."))
        return Sandbox(book: book, webhookURL: webhookURL, keys: keys, provider: provider)
    }

    private static func stripe(_ reader: SettingsReader, returnURL: String?) -> StripeSettings {
        var settings = StripeSettings(
            secretKeys: reader.secrets(
                "BOXOFFICE_STRIPE_SECRET_KEYS", "Stripe's secret key; a second one while the first is replaced."
            ).map(\.exposed),
            webhookSecrets: reader.secrets(
                "BOXOFFICE_STRIPE_WEBHOOK_SECRETS",
                "The secret that signs Stripe's webhooks; a second one while the first is replaced."
            ).map(\.exposed),
            publishableKey: reader.string(
                "BOXOFFICE_STRIPE_PUBLISHABLE_KEY", example: "pk_live_…", "Stripe's key for the page; no secret."))
        settings.returnURL = returnURL
        settings.apiURL = base(
            reader.url(
                "BOXOFFICE_STRIPE_URL", default: ServiceURL(settings.apiURL), example: settings.apiURL,
                "Stripe's API."))
        let script = reader.url(
            "BOXOFFICE_STRIPE_SCRIPT_URL", default: ServiceURL(settings.scriptURL), example: settings.scriptURL,
            "Stripe's script for the page.")
        if let script, script.description != settings.scriptURL {
            settings.scriptURL = script.description
            let origin = "\(script.scheme)://\(script.address)"
            settings.sources = PaymentFormSources(script: [origin], frame: [origin], connect: [origin])
        }
        return settings
    }

    private static func toss(_ reader: SettingsReader, returnURL: String) -> TossSettings {
        var settings = TossSettings(
            secretKeys: reader.secrets(
                "BOXOFFICE_TOSS_SECRET_KEYS", "Toss Payments' secret key; a second one while the first is replaced."
            ).map(\.exposed),
            webhookTokens: reader.secrets(
                "BOXOFFICE_TOSS_WEBHOOK_TOKENS",
                "The word in our webhook's address, …/v1/webhooks/toss?token=WORD; a second one while the first is "
                    + "replaced."
            ).map(\.exposed),
            returnURL: returnURL)
        settings.apiURL = base(
            reader.url(
                "BOXOFFICE_TOSS_URL", default: ServiceURL(settings.apiURL), example: settings.apiURL,
                "Toss Payments' API."))
        settings.orderName = reader.string(
            "BOXOFFICE_TOSS_ORDER_NAME", default: settings.orderName, "What buyers read in Toss Payments' window.")
        return settings
    }

    /// An address without the slash at its end.
    private static func base(_ url: ServiceURL?) -> String {
        var text = url?.description ?? ""
        while text.last == "/" { text.removeLast() }
        return text
    }
}
