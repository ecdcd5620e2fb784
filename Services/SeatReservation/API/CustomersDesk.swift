import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

/// Accounts and their sessions, for every gateway.
distributed actor CustomersDesk: CustomersContract {
    typealias ActorSystem = ServiceActorSystem

    private let customers: CustomerStore
    private let sessions: SessionStore
    private let hasher: PasswordHasher

    init(customers: CustomerStore, sessions: SessionStore, hasher: PasswordHasher, system: ServiceActorSystem) {
        actorSystem = system
        self.customers = customers
        self.sessions = sessions
        self.hasher = hasher
    }

    distributed func register(_ request: CustomerRegistrationRequest) async throws -> Answer {
        let problems = RegistrationRules.problems(of: request)
        guard problems.isEmpty else {
            return try Answer(refusing: Problem(.invalidRequest).with { $0.fields = problems })
        }
        let email = RegistrationRules.normalized(email: request.email)
        guard hasher.hasRoom else { return try Answer(refusing: overloaded()) }
        let hash: String
        do {
            hash = try await hasher.hash(request.password)
        } catch is PasswordHasher.Overloaded {
            return try Answer(refusing: overloaded())
        }
        let customer = CustomerResource(
            customerId: CustomerID(at: .now), email: email, name: request.name, role: .customer)
        let registration = try await LedgerCalls.reading {
            try await customers.register(
                customer.customerId, role: .customer, email: email, name: request.name, passwordHash: hash,
                language: request.language, deadline: CallContext.current.deadline)
        }
        switch registration {
        case .registered: return try Answer(customer, status: 201)
        case .emailTaken: return try Answer(refusing: Problem(.emailTaken, detail: "Sign in, or use another address."))
        }
    }

    distributed func signIn(_ request: SessionRequest) async throws -> SignInAnswer {
        guard request.password.utf8.count <= RegistrationRules.passwordBytesMax,
            request.email.utf8.count <= RegistrationRules.emailBytesMax
        else { return .wrongCredentials }
        // Before the ledger is asked: a flood of sign-ins must not reach what sells.
        guard hasher.hasRoom else { return .overloaded(retryAfterSeconds: Self.pauseSeconds()) }
        let credentials = try await LedgerCalls.reading {
            try await customers.credentials(
                email: RegistrationRules.normalized(email: request.email), deadline: CallContext.current.deadline)
        }
        do {
            guard try await hasher.matches(request.password, credentials?.passwordHash), let credentials else {
                return .wrongCredentials
            }
            return .signedIn(credentials.customer)
        } catch is PasswordHasher.Overloaded {
            return .overloaded(retryAfterSeconds: Self.pauseSeconds())
        }
    }

    private func overloaded() -> Problem {
        Problem(.overloaded, detail: "Too many sign in at this moment. Try again in a moment.").with {
            $0.retryAfterSeconds = Self.pauseSeconds()
        }
    }

    /// When to come again: not all at once.
    private static func pauseSeconds() -> Int { Int.random(in: 2...6) }

    distributed func customer(_ request: CustomerQuestion) async throws -> Answer {
        let found = try await LedgerCalls.reading {
            try await customers.customer(request.customerId, deadline: CallContext.current.deadline)
        }
        guard let found else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(found)
    }

    distributed func revokeSession(_ request: SessionRevocationRequest) async throws -> Acknowledgement {
        try await LedgerCalls.reading {
            try await sessions.revoke(
                request.sessionId, of: request.customerId, expiresAt: request.expiresAt,
                deadline: CallContext.current.deadline)
        }
        return Acknowledgement()
    }

    distributed func sessionStanding(_ request: SessionQuestion) async throws -> SessionStanding {
        try await LedgerCalls.reading {
            SessionStanding(
                isRevoked: try await sessions.isRevoked(request.sessionId, deadline: CallContext.current.deadline))
        }
    }

    distributed func revocations(_ request: RevocationFeedRequest) async throws -> RevocationFeedResponse {
        try await LedgerCalls.reading {
            try await sessions.revocations(since: request.since, deadline: CallContext.current.deadline)
        }
    }
}
