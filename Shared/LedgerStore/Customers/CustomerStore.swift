public import Postgres
public import Ticketing
public import Wire

/// Accounts. Personal data stands in customer_profile alone.
public struct CustomerStore: Sendable {
    /// What a registration came to.
    public enum Registration: Sendable, Hashable {
        case registered
        /// Another account has this address.
        case emailTaken
    }

    /// An account and what its password has to match.
    public struct Credentials: Sendable {
        public let customer: CustomerResource
        public let passwordHash: String
    }

    let pool: PostgresPool

    private static let register = StatementLibrary.statement("customer_register")
    private static let byID = StatementLibrary.statement("customer_by_id")
    private static let byEmail = StatementLibrary.statement("customer_by_email")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Makes an account. The address is compared as it is given: normalise it first.
    public nonisolated(nonsending) func register(
        _ customer: CustomerID, role: CustomerRole, email: String, name: String, passwordHash: String,
        language: CustomerLanguage? = nil, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Registration {
        do {
            _ = try await pool.execute(
                Self.register, [customer, role.rawValue, email, name, passwordHash, language?.rawValue],
                deadline: deadline)
            return .registered
        } catch {
            guard error.constraint == "customer_profile_email_unique" else { throw error }
            return .emailTaken
        }
    }

    /// The account of an id.
    public nonisolated(nonsending) func customer(
        _ customer: CustomerID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> CustomerResource? {
        guard let row = try await pool.execute(Self.byID, [customer], deadline: deadline).first else { return nil }
        return try Self.resource(row)
    }

    /// The account of a normalised address, to sign in.
    public nonisolated(nonsending) func credentials(
        email: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Credentials? {
        guard let row = try await pool.execute(Self.byEmail, [email], deadline: deadline).first else { return nil }
        return Credentials(customer: try Self.resource(row), passwordHash: try row.decode(at: 4))
    }

    private static func resource(_ row: PostgresRow) throws(PostgresFailure) -> CustomerResource {
        CustomerResource(
            customerId: try row.decode(at: 0), email: try row.decode(at: 1), name: try row.decode(at: 2),
            role: try row.word(at: 3))
    }
}
