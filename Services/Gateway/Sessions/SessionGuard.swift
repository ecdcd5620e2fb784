import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Ticketing
import Wire

/// Finds out who asks, by cookie or bearer token.
struct SessionGuard: Sendable {
    /// How much must be certain.
    enum Strictness {
        /// The token and what is known of revocations.
        case usual
        /// Also the session itself when the revocations are not fresh: for paying and organizers.
        case careful
    }

    let tokens: ProvenTokens<SessionTokenCodec>
    let revocations: RevocationList
    let actors: ContractActors
    /// How often one account may ask.
    let limits: EdgeLimits

    init(
        codec: SessionTokenCodec, revocations: RevocationList, actors: ContractActors, limits: EdgeLimits = EdgeLimits()
    ) {
        tokens = ProvenTokens(by: codec, places: 32_768)
        self.revocations = revocations
        self.actors = actors
        self.limits = limits
    }

    /// The session of a request; throws `EdgeRefusal` when there is none that counts.
    nonisolated(nonsending) func session(
        of request: ServerRequest, _ strictness: Strictness = .usual
    ) async throws -> SessionToken {
        let fields = request.headerFields
        let text: String
        if let bearer = Self.bearer(in: fields) {
            text = bearer
        } else if let cookie = SessionCookie.value(in: fields), !cookie.isEmpty {
            // A cookie comes along by itself, so the request has to show that our page sent it.
            guard Self.isSafe(request.method) || Self.comesFromOurPage(request) else { throw EdgeRefusal(.csrf) }
            text = cookie
        } else {
            throw EdgeRefusal(.notSignedIn)
        }
        let token: SessionToken
        do {
            token = try tokens.token(of: text, at: .now)
        } catch .expired {
            throw EdgeRefusal(.sessionExpired)
        } catch {
            throw EdgeRefusal(.notSignedIn)
        }
        if revocations.isRevoked(token.sessionID) { throw EdgeRefusal(.sessionExpired) }
        // Many gates may let people in by one organizer's account.
        if token.role == .customer { try limits.request(of: token.customerID) }
        if strictness == .careful, !revocations.isFresh(at: .now) {
            let standing = try await actors.customers(token.customerID.description)
                .sessionStanding(SessionQuestion(sessionId: token.sessionID))
            if standing.isRevoked { throw EdgeRefusal(.sessionExpired) }
        }
        return token
    }

    /// The session of an organizer or an admin.
    nonisolated(nonsending) func organizer(of request: ServerRequest) async throws -> SessionToken {
        let token = try await session(of: request, .careful)
        guard token.role != .customer else { throw EdgeRefusal(.forbidden) }
        return token
    }

    private static func bearer(in fields: HTTPFields) -> String? {
        guard let text = fields.value(of: .authorization) else { return nil }
        let scheme = text.utf8.prefix(6)
        guard scheme.elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
        let rest = text.utf8[scheme.endIndex...]
        guard rest.count > 1, rest.first == UInt8(ascii: " ") else { return nil }
        return String(Substring(rest.drop { $0 == UInt8(ascii: " ") }))
    }

    static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        method == .get || method == .head || method == .options
    }

    /// By what browsers say of themselves and scripts can't change: `Sec-Fetch-Site`, else `Origin`.
    static func comesFromOurPage(_ request: ServerRequest) -> Bool {
        let fields = request.headerFields
        if let site = fields.value(of: .secFetchSite) { return site == "same-origin" }
        guard let origin = fields.value(of: .origin), let authority = request.authority else { return false }
        return origin == "https://\(authority)" || origin == "http://\(authority)"
    }
}
