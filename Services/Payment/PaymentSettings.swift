import ActorTransport
import Logging
import Postgres
import Redis
import ServiceRuntime
import Shedding

/// The settings of the payment service, read once at the start.
struct PaymentSettings: Sendable {
    let logLevel: Logger.Level
    let listeners: ListenerSettings
    let serviceKeys: SigningKeySet
    let ledger: PostgresSettings
    let redis: RedisSettings
    let checkout: CheckoutSettings
    let reconciliation: ReconciliationWorker.Settings
    let refunds: RefundWorker.Settings
    let messages: MessageSettings
    let providers: ProviderSettings
    let proofs: ProofSettings
    let intake: IntakeSettings

    init(_ reader: SettingsReader) {
        logLevel = reader.choice("BOXOFFICE_LOG_LEVEL", default: Logger.Level.info, "The least level that is logged.")
        listeners = ListenerSettings(prefix: "BOXOFFICE", having: [.internalListener], from: reader)
        serviceKeys = reader.signingKeys(
            "BOXOFFICE_SERVICE_KEYS", "The keys that the services know each other by.")
        ledger = PaymentDatabases.ledger(reader)
        redis = Self.redis(reader)
        checkout = Self.checkout(reader)
        reconciliation = Self.reconciliation(reader)
        refunds = Self.refunds(reader)
        messages = MessageSettings(reader)
        providers = ProviderSettings(reader)
        proofs = ProofSettings(reader)
        intake = reader.intake(.behindOthers)
    }

    /// The limits of calls to providers.
    var providerClient: ProviderClient.Settings {
        var settings = ProviderClient.Settings()
        settings.callMilliseconds = Int64(checkout.providerSeconds) * 1_000
        return settings
    }

    /// Where seat changes are published: for the service and the jobs.
    static func redis(_ reader: SettingsReader) -> RedisSettings {
        let address = reader.address(
            "BOXOFFICE_REDIS_ADDRESS", example: "127.0.0.1:6379", "Where seat changes are published.")
        let password = reader.optionalSecret("BOXOFFICE_REDIS_PASSWORD", "The password of Redis.")
        return RedisSettings(host: address.host, port: address.port, password: password?.exposed)
    }

    private static func checkout(_ reader: SettingsReader) -> CheckoutSettings {
        var settings = CheckoutSettings()
        settings.providerSeconds = reader.int(
            "BOXOFFICE_PROVIDER_SECONDS", default: settings.providerSeconds, in: 1...60, unit: "seconds",
            "How long the payment provider may take to answer.")
        settings.leaseSeconds = reader.int(
            "BOXOFFICE_PAYMENT_LEASE_SECONDS", default: settings.leaseSeconds, in: 2...600, unit: "seconds",
            "How long a begun payment belongs to the process that began it; more than the provider may take.")
        settings.declineExtensionSeconds = reader.int(
            "BOXOFFICE_DECLINE_EXTENSION_SECONDS", default: settings.declineExtensionSeconds, in: 1...3_600,
            unit: "seconds", "How much longer seats are held after the first declined payment.")
        return settings
    }

    private static func reconciliation(_ reader: SettingsReader) -> ReconciliationWorker.Settings {
        var settings = ReconciliationWorker.Settings()
        settings.idleMilliseconds = reader.int(
            "BOXOFFICE_RECONCILIATION_IDLE_MILLISECONDS", default: settings.idleMilliseconds, in: 10...60_000,
            unit: "milliseconds", "The pause between two looks for payments whose outcome is open.")
        settings.pauseSecondsMax = reader.int(
            "BOXOFFICE_RECONCILIATION_PAUSE_SECONDS_MAX", default: settings.pauseSecondsMax, in: 1...3_600,
            unit: "seconds", "The longest pause between two questions about one open payment.")
        return settings
    }

    private static func refunds(_ reader: SettingsReader) -> RefundWorker.Settings {
        var settings = RefundWorker.Settings()
        settings.perSecondMax = reader.int(
            "BOXOFFICE_REFUNDS_PER_SECOND", default: settings.perSecondMax, in: 1...10_000, unit: "refunds",
            "Refunds that this process sends to providers in a second: what the provider allows, divided by replicas.")
        settings.atOnceMax = reader.int(
            "BOXOFFICE_REFUNDS_AT_ONCE", default: settings.atOnceMax, in: 1...1_000, unit: "refunds",
            "Refunds that this process waits for at once.")
        settings.idleMilliseconds = reader.int(
            "BOXOFFICE_REFUND_IDLE_MILLISECONDS", default: settings.idleMilliseconds, in: 10...60_000,
            unit: "milliseconds", "The pause between two looks for refunds that have to be made.")
        return settings
    }
}
