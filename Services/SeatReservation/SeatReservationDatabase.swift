import Postgres
import ServiceRuntime

/// How the service and its jobs reach the ledger.
enum SeatReservationDatabase {
    /// With the service's own login.
    static func asService(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(
            reader,
            user: reader.string(
                "BOXOFFICE_DATABASE_USER", example: "box_office_service", "The service's login to the ledger."),
            password: reader.optionalSecret("BOXOFFICE_DATABASE_PASSWORD", "The password of that login."))
        settings.connectionsMax = reader.int(
            "BOXOFFICE_DATABASE_CONNECTIONS", default: settings.connectionsMax, in: 1...100, unit: "connections",
            "Connections to the ledger.")
        settings.commitSlowMilliseconds = reader.int(
            "BOXOFFICE_DATABASE_COMMIT_MILLISECONDS", default: settings.commitSlowMilliseconds, in: 100...60_000,
            unit: "milliseconds",
            "How long a connection may be silent until writes are refused, unless an empty commit ended meanwhile.")
        return settings
    }

    /// With the owner's login: for the job that changes the schema.
    static func asOwner(_ reader: SettingsReader) -> PostgresSettings {
        var settings = database(
            reader,
            user: reader.string(
                "BOXOFFICE_DATABASE_OWNER_USER", example: "box_office_owner", "The login that owns the tables."),
            password: reader.optionalSecret("BOXOFFICE_DATABASE_OWNER_PASSWORD", "The owner's password."))
        settings.connectionsMax = 1
        return settings
    }

    private static func database(_ reader: SettingsReader, user: String, password: Secret?) -> PostgresSettings {
        let hosts = reader.addresses(
            "BOXOFFICE_DATABASE_HOSTS", example: "127.0.0.1:5432", "The PostgreSQL servers, the primary among them.")
        var settings = PostgresSettings(
            hosts: hosts.map { PostgresHost(host: $0.host, port: $0.port) },
            database: reader.string("BOXOFFICE_DATABASE_NAME", example: "box_office", "The ledger's database."),
            user: user, password: password?.exposed, applicationName: "seat-reservation")
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
}
