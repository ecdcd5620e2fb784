public import Postgres
public import Ticketing

/// An account that is made among many.
public struct NewCustomer: Hashable, Sendable {
    /// The account's id.
    public let customerID: CustomerID
    /// Normalised.
    public let email: String
    /// What to call the customer.
    public let name: String
    /// What a password has to match; a text that is no hash matches none.
    public let passwordHash: String

    /// All members.
    public init(customerID: CustomerID, email: String, name: String, passwordHash: String) {
        self.customerID = customerID
        self.email = email
        self.name = name
        self.passwordHash = passwordHash
    }
}

extension CustomerStore {
    private static let registerAll = StatementLibrary.statement("customers_register")

    /// Makes customers' accounts in one statement: all of them or, where an address has an account, none.
    public nonisolated(nonsending) func register(
        _ customers: [NewCustomer], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Registration {
        do {
            _ = try await pool.execute(
                Self.registerAll,
                [
                    customers.map(\.customerID), customers.map(\.email), customers.map(\.name),
                    customers.map(\.passwordHash),
                ], deadline: deadline)
            return .registered
        } catch {
            guard error.constraint == "customer_profile_email_unique" else { throw error }
            return .emailTaken
        }
    }
}
