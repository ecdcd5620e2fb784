import ActorTransport
import HTTPTypes
import Sessions
import Testing
import Ticketing
import Wire

@testable import Gateway

/// Who may ask what, by cookie or bearer token.
struct SessionGuardTests {
    private let edge: Edge
    private let holds = "/v1/performances/0198f0a2-7c1e-7000-8000-000000000001/holds"
    private let orders = "/v1/orders"
    private let sales = "/v1/organizer/performances/0198f0a2-7c1e-7000-8000-000000000001/sales"

    init() throws {
        edge = try Edge()
    }

    private func bearer(_ token: SessionToken) -> HTTPFields {
        [.authorization: "Bearer \(edge.codec.text(of: token))"]
    }

    /// The revocations are known as of this instant.
    private func hear(_ revocations: [SessionRevocation] = []) {
        edge.revocations.update(
            by: RevocationFeedResponse(revocations: revocations, cursor: .now), askedAt: .now, now: .now)
    }

    // MARK: Cross-site requests

    /// What a browser sends along with a cookie, and whether the request is taken.
    struct Origin: Sendable, CustomTestStringConvertible {
        var site: String?
        var origin: String?
        let isOurs: Bool
        var testDescription: String { "Sec-Fetch-Site: \(site ?? "none"), Origin: \(origin ?? "none")" }
    }

    static let origins = [
        Origin(site: "same-origin", isOurs: true),
        Origin(site: "same-origin", origin: "https://tickets.example", isOurs: true),
        Origin(site: "same-site", origin: "https://tickets.example", isOurs: false),
        Origin(site: "cross-site", origin: "https://tickets.example", isOurs: false),
        Origin(site: "none", isOurs: false),
        Origin(site: "", isOurs: false),
        Origin(origin: "https://tickets.example", isOurs: true),
        Origin(origin: "https://evil.example", isOurs: false),
        Origin(origin: "https://tickets.example.evil.example", isOurs: false),
        Origin(origin: "https://tickets.example:444", isOurs: false),
        Origin(origin: "null", isOurs: false),
        Origin(isOurs: false),
    ]

    @Test(arguments: origins)
    func `a cookie counts for a change only where our own page sent it`(origin: Origin) async {
        var fields: HTTPFields = [.cookie: "session=\(edge.codec.text(of: edge.session()))"]
        fields[.secFetchSite] = origin.site
        fields[.origin] = origin.origin
        // What is taken goes on to the next question: the key.
        let expected: ProblemCode = origin.isOurs ? .idempotencyKeyMissing : .csrf
        #expect(await edge.ask(.post, holds, fields).code == expected)
    }

    @Test(arguments: origins)
    func `reading needs no such proof, and a bearer token is one`(origin: Origin) async {
        let text = edge.codec.text(of: edge.session())
        var fields: HTTPFields = [.cookie: "session=\(text)"]
        fields[.secFetchSite] = origin.site
        fields[.origin] = origin.origin
        #expect(await edge.ask(.get, "/v1/holds", fields).code == .invalidRequest)
        fields[.authorization] = "bearer \(text)"
        #expect(await edge.ask(.post, holds, fields).code == .idempotencyKeyMissing)
    }

    // MARK: Sessions that don't count

    @Test(
        arguments: [
            "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer test.AAAA.AAAA", "Bearer \u{FF}",
        ])
    func `whoever shows no good token is not signed in`(authorization: String) async {
        #expect(await edge.ask(.get, "/v1/holds", [.authorization: authorization]).code == .notSignedIn)
    }

    @Test func `a session ends by its time`() async {
        let old = edge.session(at: Timestamp.now.advanced(bySeconds: -Edge.sessionSeconds - 1))
        #expect(await edge.ask(.get, "/v1/holds", bearer(old)).code == .sessionExpired)
    }

    @Test func `a session ends when it is revoked, at this gateway and at every other one`() async {
        let here = edge.session()
        let elsewhere = edge.session()
        let other = edge.session()
        edge.revocations.add(here.sessionID, at: .now)
        hear([SessionRevocation(sessionId: elsewhere.sessionID, revokedAt: .now)])
        #expect(await edge.ask(.get, "/v1/holds", bearer(here)).code == .sessionExpired)
        #expect(await edge.ask(.get, "/v1/holds", bearer(elsewhere)).code == .sessionExpired)
        #expect(await edge.ask(.get, "/v1/holds", bearer(other)).code == .invalidRequest)
    }

    @Test func `signing out ends the session and takes the cookie away`() async {
        let session = edge.session()
        edge.services.answer("customers/revokeSession") { Acknowledgement() }
        let answer = await edge.ask(.delete, "/v1/sessions/current", bearer(session))
        #expect(answer.status == 204)
        #expect(answer.fields[.setCookie]?.hasPrefix("session=; ") == true)
        #expect(answer.fields[.setCookie]?.contains("Max-Age=0") == true)
        #expect(await edge.ask(.get, "/v1/holds", bearer(session)).code == .sessionExpired)
    }

    @Test func `a session is not ended here when it could not be ended everywhere`() async {
        let session = edge.session()
        #expect(await edge.ask(.delete, "/v1/sessions/current", bearer(session)).status == 503)
        #expect(await edge.ask(.get, "/v1/holds", bearer(session)).code == .invalidRequest)
    }

    @Test func `a thing that no service knows is not found, and is no failure of ours`() async {
        edge.services.answer("seat-map/seats") { () throws -> SeatsAnswer in throw CallFailure(.unknownActor) }
        let seats = "/v1/performances/0198f0a2-7c1e-7000-8000-000000000001/seats"
        #expect(await edge.ask(.get, seats).code == .notFound)
        #expect(await edge.ask(.get, seats + "?after=1.1").code == .notFound)
    }

    // MARK: Careful calls

    @Test func `while the revocations are fresh, paying asks nobody`() async {
        hear()
        #expect(await edge.ask(.post, orders, bearer(edge.session())).code == .idempotencyKeyMissing)
        #expect(edge.services.calls.isEmpty)
    }

    @Test func `when they are not, paying asks for the session itself`() async {
        edge.services.answer("customers/sessionStanding") { SessionStanding(isRevoked: true) }
        #expect(await edge.ask(.post, orders, bearer(edge.session())).code == .sessionExpired)
        edge.services.answer("customers/sessionStanding") { SessionStanding(isRevoked: false) }
        #expect(await edge.ask(.post, orders, bearer(edge.session())).code == .idempotencyKeyMissing)
        #expect(edge.services.calls.map(\.route) == ["customers/sessionStanding", "customers/sessionStanding"])
    }

    @Test func `what can't be asked is not believed`() async {
        #expect(await edge.ask(.post, orders, bearer(edge.session())).code == .ledgerUnavailable)
        #expect(await edge.ask(.get, sales, bearer(edge.session(.admin))).code == .ledgerUnavailable)
    }

    @Test func `the organizer's pages are for organizers and admins`() async {
        hear()
        edge.services.answer("payments/sales") { Answer.noContent }
        #expect(await edge.ask(.get, sales, bearer(edge.session(.customer))).code == .forbidden)
        #expect(await edge.ask(.get, sales, bearer(edge.session(.organizer))).status == 204)
        #expect(await edge.ask(.get, sales, bearer(edge.session(.admin))).status == 204)
    }
}
