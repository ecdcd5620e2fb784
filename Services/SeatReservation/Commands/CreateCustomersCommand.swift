import ArgumentParser
import Foundation
import LedgerStore
import Postgres
import ServiceRuntime
import Sessions
import Ticketing
import Wire

/// Makes many customers at once for a load test, with a session each.
struct CreateCustomersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-customers",
        abstract: "Make customers with sessions for a load test; only where BOXOFFICE_BULK_CUSTOMERS=allowed.",
        discussion: """
            Writes a line {"customer_id", "session_token"} for each to a new file that only its owner may read. Nobody \
            can sign in as one of them; who has the file is all of them until the sessions end.
            """)

    /// Whether customers may be made past registration.
    enum Permission: String, CaseIterable {
        case forbidden, allowed
    }

    /// What the command prints.
    private struct Created: Encodable {
        let customers: Int
        let expiresAt: Timestamp
    }

    private struct Settings: Sendable {
        let database: PostgresSettings
        let permission: Permission
        let sessionKeys: SigningKeySet

        init(_ reader: SettingsReader) {
            permission = reader.choice(
                "BOXOFFICE_BULK_CUSTOMERS", default: .forbidden,
                "Whether create-customers may make customers who never registered: for load tests alone.")
            database = SeatReservationDatabase.asService(reader)
            sessionKeys = reader.signingKeys(
                "BOXOFFICE_SESSION_KEYS", "The keys that sign session tokens, as the gateways have them.")
        }
    }

    @Option(help: "How many.")
    var count: Int

    @Option(help: "The file to write, which must not exist.")
    var file: String

    @Option(help: "How long the sessions last, in seconds.")
    var sessionSeconds: Int64 = 21_600

    @Option(help: "The domain of their addresses.")
    var emailDomain = "load.example"

    func validate() throws {
        guard (1...5_000_000).contains(count) else { throw ValidationError("--count is 1 to 5000000.") }
        guard (60...86_400).contains(sessionSeconds) else { throw ValidationError("--session-seconds is 60 to 86400.") }
        let request = CustomerRegistrationRequest(email: "a@\(emailDomain)", password: "--------", name: "a")
        guard RegistrationRules.problems(of: request).isEmpty, emailDomain.utf8.count <= 200 else {
            throw ValidationError("--email-domain is no domain of an e-mail address.")
        }
    }

    func run() async throws {
        let settings = ServiceRuntime.settingsOrExit { Settings($0) }
        guard settings.permission == .allowed else {
            ServiceRuntime.exit(
                wrongSetting: "BOXOFFICE_BULK_CUSTOMERS is forbidden: set it to allowed where a load test may make "
                    + "customers. For example: BOXOFFICE_BULK_CUSTOMERS=allowed")
        }
        let now = Timestamp.now
        let bulk = BulkCustomers(
            run: "load-\(CustomerID(at: now))", emailDomain: RegistrationRules.normalized(email: emailDomain),
            codec: SessionTokenCodec(keys: settings.sessionKeys.all.map { ($0.id, $0.bytes) }), issuedAt: now,
            sessionSeconds: sessionSeconds)
        let output = try NewFile(path: file)
        let count = count
        try await LedgerJob.run(settings.database) { pool in
            let store = CustomerStore(pool: pool)
            for first in stride(from: 0, to: count, by: BulkCustomers.blockItemsMax) {
                let block = bulk.customers(first..<min(first + BulkCustomers.blockItemsMax, count))
                guard try await store.register(block) == .registered else {
                    throw ValidationError("One of the addresses has an account already: run it again.")
                }
                // After the commit: whoever stands in the file can buy.
                try output.append(try bulk.lines(for: block))
            }
        }
        try output.close()
        let created = Created(customers: count, expiresAt: now.advanced(bySeconds: sessionSeconds))
        print(String(decoding: try WireJSON.encode(created), as: UTF8.self))
    }
}
