import Postgres
import ServiceRuntime

/// How the service and its jobs reach their two databases.
enum PaymentDatabases {
    /// The ledger, with the service's own login.
    static func ledger(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(
            reader, on: hosts(reader),
            name: reader.string(
                "BOXOFFICE_DATABASE_NAME", example: "box_office", "The ledger's database."))
        settings.connectionsMax = reader.int(
            "BOXOFFICE_DATABASE_CONNECTIONS", default: settings.connectionsMax, in: 1...100, unit: "connections",
            "Connections to the ledger.")
        settings.commitSlowMilliseconds = reader.int(
            "BOXOFFICE_DATABASE_COMMIT_MILLISECONDS", default: settings.commitSlowMilliseconds, in: 100...60_000,
            unit: "milliseconds",
            "How long a connection may be silent until writes are refused, unless an empty commit ended meanwhile.")
        return settings
    }

    /// The sandbox provider's book, with the service's own login.
    static func sandboxBook(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(reader, on: sandboxHosts(reader), name: sandboxName(reader))
        settings.connectionsMax = 2
        return settings
    }

    /// The sandbox provider's book, with the owner's login: for the job that makes its tables.
    static func sandboxBookAsOwner(_ reader: SettingsReader) -> PostgresSettings {
        let user = reader.string(
            "BOXOFFICE_DATABASE_OWNER_USER", example: "box_office_owner", "The login that owns the tables.")
        let password = reader.optionalSecret("BOXOFFICE_DATABASE_OWNER_PASSWORD", "The owner's password.")
        var settings = PostgresSettings(
            hosts: sandboxHosts(reader), database: sandboxName(reader), user: user, password: password?.exposed,
            applicationName: "payment-migrate")
        protect(&settings, reader)
        settings.connectionsMax = 1
        return settings
    }

    private static func database(
        _ reader: SettingsReader, on hosts: [PostgresHost], name: String
    ) -> PostgresSettings {
        let user = reader.string(
            "BOXOFFICE_DATABASE_USER", example: "box_office_service", "The service's login to its databases.")
        let password = reader.optionalSecret("BOXOFFICE_DATABASE_PASSWORD", "The password of that login.")
        var settings = PostgresSettings(
            hosts: hosts, database: name, user: user, password: password?.exposed, applicationName: "payment")
        protect(&settings, reader)
        return settings
    }

    private static func protect(_ settings: inout PostgresSettings, _ reader: SettingsReader) {
        settings.transportSecurity = reader.choice(
            "BOXOFFICE_DATABASE_TLS", default: settings.transportSecurity,
            "Whether connections to PostgreSQL are encrypted and its certificate verified, in libpq's words (sslmode).")
        settings.rootCertificateFile = reader.optionalString(
            "BOXOFFICE_DATABASE_TLS_AUTHORITY", "A file of the certificates that PostgreSQL's is verified with.")
    }

    private static func hosts(_ reader: SettingsReader) -> [PostgresHost] {
        reader.addresses(
            "BOXOFFICE_DATABASE_HOSTS", example: "127.0.0.1:5432", "The PostgreSQL servers, the primary among them."
        ).map { PostgresHost(host: $0.host, port: $0.port) }
    }

    private static func sandboxHosts(_ reader: SettingsReader) -> [PostgresHost] {
        let own = reader.optionalAddresses(
            "BOXOFFICE_SANDBOX_DATABASE_HOSTS", example: "127.0.0.1:5433",
            "The PostgreSQL servers of the sandbox provider's own book; the ledger's, where it has none of its own.")
        return own?.map { PostgresHost(host: $0.host, port: $0.port) } ?? hosts(reader)
    }

    private static func sandboxName(_ reader: SettingsReader) -> String {
        reader.string(
            "BOXOFFICE_SANDBOX_DATABASE_NAME", example: "box_office_sandbox",
            "The database of the sandbox provider's own book.")
    }
}
