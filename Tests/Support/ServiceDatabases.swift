import Synchronization

/// Databases of the test process's PostgreSQL for services under test, and the logins by which they are reached.
public struct ServiceDatabases: Sendable {
    private static let login = "service_under_test"
    private static let isPrepared = Mutex(false)

    /// The server, shared with the other tests.
    public let server: PostgresServer
    /// The ledger's database, empty at first.
    public let ledger: String
    /// The sandbox provider's database, empty at first.
    public let book: String

    /// Makes both databases; the login as well, at the first time.
    public init() throws {
        server = try .shared()
        ledger = try server.makeDatabase()
        book = try server.makeDatabase()
        let server = server
        try Self.isPrepared.withLock { isPrepared in
            guard !isPrepared else { return }
            try server.execute("CREATE ROLE box_office_service NOLOGIN", in: "postgres")
            try server.execute("CREATE ROLE \(Self.login) LOGIN IN ROLE box_office_service", in: "postgres")
            isPrepared = true
        }
    }

    /// The settings by which services and jobs find them.
    public var settings: [String: String] {
        [
            "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:\(server.port)", "BOXOFFICE_DATABASE_NAME": ledger,
            "BOXOFFICE_DATABASE_USER": Self.login, "BOXOFFICE_DATABASE_OWNER_USER": "postgres",
            "BOXOFFICE_SANDBOX_DATABASE_NAME": book,
        ]
    }
}
