import Postgres
import Proof
import ServiceRuntime

/// What an audit reaches: the ledger, its standby, the providers' books, and the keys of published heads.
struct AuditSettings: Sendable {
    let ledger: PostgresSettings
    /// The same ledger on the standby; nil where there is none.
    let standby: PostgresSettings?
    let providers: ProviderSettings
    let proofKeys: SigningKeySet?

    init(_ reader: SettingsReader) {
        let ledger = Self.patient(PaymentDatabases.ledger(reader))
        self.ledger = ledger
        standby = reader.optionalAddress(
            "BOXOFFICE_STANDBY_ADDRESS", example: "10.0.0.2:5432",
            "A standby of the ledger, which audits read instead of the primary."
        ).map { address in
            var standby = ledger
            standby.hosts = [PostgresHost(host: address.host, port: address.port)]
            standby.requiresWritableServer = false
            return standby
        }
        providers = ProviderSettings(reader)
        proofKeys = ProofSettings.keys(reader)
    }

    /// The service's limits are for serving; an audit reads everything.
    static func patient(_ serving: PostgresSettings) -> PostgresSettings {
        var settings = serving
        settings.connectionsMax = Audit.Settings().readers + 1
        settings.applicationName = "payment-audit"
        settings.connectionWaitMilliseconds = 5_000
        settings.deadlineMilliseconds = 3_600_000
        settings.statementTimeoutMilliseconds = 3_600_000
        settings.idleInTransactionTimeoutMilliseconds = 3_600_000
        settings.silenceMaxMilliseconds = 3_600_000
        return settings
    }
}
