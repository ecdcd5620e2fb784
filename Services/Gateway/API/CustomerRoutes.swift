import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Shedding
import Ticketing
import Wire

/// Accounts and sign-in.
struct CustomerRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors
    let codec: SessionTokenCodec
    let sessionSeconds: Int64
    let cookieIsSecure: Bool

    func register(in routes: inout EdgeTable) {
        routes.on(.post, "/v1/customers", .signIn, edge.answering(register))
        routes.on(.post, "/v1/sessions", .signIn, edge.answering(signIn))
        routes.on(.get, "/v1/sessions/current", .browse, edge.answering(current))
        routes.on(.delete, "/v1/sessions/current", .place, edge.answering(signOut))
    }

    private func register(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try await request.json(CustomerRegistrationRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let accounts = try accounts()
        return .answer(try await IntakeSlot.elsewhere { try await accounts.register(body.value) })
    }

    private func signIn(_ request: ServerRequest) async throws -> ServerResponse {
        let body = try await request.json(SessionRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let accounts = try accounts()
        // Passwords wait for threads of their own.
        switch try await IntakeSlot.elsewhere({ try await accounts.signIn(body.value) }) {
        case .signedIn(let customer): return begin(sessionOf: customer, isSecure: isSecure(request))
        case .wrongCredentials: throw EdgeRefusal(.wrongCredentials)
        case .overloaded(let seconds):
            throw EdgeRefusal(Problem(.overloaded).with { $0.retryAfterSeconds = seconds })
        }
    }

    private func begin(sessionOf customer: CustomerResource, isSecure: Bool) -> ServerResponse {
        let now = Timestamp.now
        let token = SessionToken(
            sessionID: SessionID(at: now), customerID: customer.customerId, role: customer.role, issuedAt: now,
            expiresAt: now.advanced(bySeconds: sessionSeconds))
        let text = codec.text(of: token)
        var response = ServerResponse.json(
            SessionResource(sessionToken: text, expiresAt: token.expiresAt, customer: customer), status: .created)
        response.headerFields[.setCookie] = SessionCookie.setting(
            text, secondsMax: sessionSeconds, isSecure: isSecure)
        return response
    }

    private func current(_ request: ServerRequest) async throws -> ServerResponse {
        let token = try await edge.sessions.session(of: request)
        let answer = try await accounts().customer(CustomerQuestion(customerId: token.customerID))
        guard !answer.isProblem, let customer = try answer.body?.decode(CustomerResource.self) else {
            throw EdgeRefusal(.notSignedIn)
        }
        return .json(SessionResource(expiresAt: token.expiresAt, customer: customer))
    }

    private func signOut(_ request: ServerRequest) async throws -> ServerResponse {
        let token = try await edge.sessions.session(of: request)
        _ = try await accounts().revokeSession(
            SessionRevocationRequest(
                sessionId: token.sessionID, customerId: token.customerID, expiresAt: token.expiresAt))
        edge.sessions.revocations.add(token.sessionID, at: .now)
        return ServerResponse(
            status: .noContent, headerFields: [.setCookie: SessionCookie.clearing(isSecure: isSecure(request))])
    }

    private func isSecure(_ request: ServerRequest) -> Bool {
        cookieIsSecure || request.head.scheme == "https"
    }

    /// Accounts live at every replica; a random name spreads them without telling who it is.
    private func accounts() throws -> $CustomersContract {
        try actors.customers("accounts-\(UInt8.random(in: 0..<64))")
    }
}
