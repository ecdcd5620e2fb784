public import ActorTransport
public import Distributed
public import Wire

/// Accounts and their sessions; the actor's name only spreads the calls.
@Resolvable
public protocol CustomersContract: DistributedActor where ActorSystem == ServiceActorSystem {
    /// Makes an account: 201, or a refusal.
    distributed func register(_ request: CustomerRegistrationRequest) async throws -> Answer
    /// Checks the credentials.
    distributed func signIn(_ request: SessionRequest) async throws -> SignInAnswer
    /// One account.
    distributed func customer(_ request: CustomerQuestion) async throws -> Answer
    /// Ends a session.
    distributed func revokeSession(_ request: SessionRevocationRequest) async throws -> Acknowledgement
    /// Whether a session still stands.
    distributed func sessionStanding(_ request: SessionQuestion) async throws -> SessionStanding
    /// The sessions that ended since a cursor.
    distributed func revocations(_ request: RevocationFeedRequest) async throws -> RevocationFeedResponse
}

extension CallRoutes where Receiver: CustomersContract {
    /// The contract's methods on the wire, served by `seat-reservation`.
    public static func customers(of receiver: Receiver.Type) -> CallRoutes {
        var routes = CallRoutes(contract: ContractName.customers.rawValue)
        routes.on("register") { try await $0.register($1) }
        routes.on("signIn") { try await $0.signIn($1) }
        routes.on("customer") { try await $0.customer($1) }
        routes.on("revokeSession") { try await $0.revokeSession($1) }
        routes.on("sessionStanding") { try await $0.sessionStanding($1) }
        routes.on("revocations") { try await $0.revocations($1) }
        return routes
    }
}
