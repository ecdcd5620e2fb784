import Postgres
import ServiceRuntime

/// How the service and its jobs reach their two databases.
enum PaymentDatabases {
    /// The ledger, with the service's own login.
    static func ledger(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(
            reader,
            name: reader.string(
                "BOXOFFICE_DATABASE_NAME", example: "box_office", "The ledger's database."))
        settings.connectionsMax = reader.int(
            "BOXOFFICE_DATABASE_CONNECTIONS", default: settings.connectionsMax, in: 1...100, unit: "connections",
            "Connections to the ledger.")
        return settings
    }

    /// The sandbox provider's book, with the service's own login.
    static func sandboxBook(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(reader, name: sandboxName(reader))
        settings.connectionsMax = 2
        return settings
    }

    /// The sandbox provider's book, with the owner's login: for the job that makes its tables.
    static func sandboxBookAsOwner(_ reader: SettingsReader) -> PostgresSettings {
        let user = reader.string(
            "BOXOFFICE_DATABASE_OWNER_USER", example: "box_office_owner", "The login that owns the tables.")
        let password = reader.optionalSecret("BOXOFFICE_DATABASE_OWNER_PASSWORD", "The owner's password.")
        var settings = PostgresSettings(
            hosts: hosts(reader), database: sandboxName(reader), user: user, password: password?.exposed,
            applicationName: "payment-migrate")
        settings.connectionsMax = 1
        return settings
    }

    private static func database(_ reader: SettingsReader, name: String) -> PostgresSettings {
        let user = reader.string(
            "BOXOFFICE_DATABASE_USER", example: "box_office_service", "The service's login to its databases.")
        let password = reader.optionalSecret("BOXOFFICE_DATABASE_PASSWORD", "The password of that login.")
        return PostgresSettings(
            hosts: hosts(reader), database: name, user: user, password: password?.exposed, applicationName: "payment")
    }

    private static func hosts(_ reader: SettingsReader) -> [PostgresHost] {
        reader.addresses(
            "BOXOFFICE_DATABASE_HOSTS", example: "127.0.0.1:5432", "The PostgreSQL servers, the primary among them."
        ).map { PostgresHost(host: $0.host, port: $0.port) }
    }

    private static func sandboxName(_ reader: SettingsReader) -> String {
        reader.string(
            "BOXOFFICE_SANDBOX_DATABASE_NAME", example: "box_office_sandbox",
            "The database of the sandbox provider's own book.")
    }
}
