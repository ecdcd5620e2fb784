import HTTPTypes
import Testing
import Ticketing
import Wire

@testable import Gateway

/// The cookie `session`, and how long a revocation is remembered.
struct SessionCookieTests {
    private func flags(_ cookie: String) -> Set<String> {
        Set(cookie.split(separator: ";").dropFirst().map { $0.drop(while: { $0 == " " }).lowercased() })
    }

    @Test func `is out of scripts' reach, of other sites' forms, and of clear text`() {
        let cookie = SessionCookie.setting("a.b.c", secondsMax: 86_400, isSecure: true)
        #expect(cookie.hasPrefix("session=a.b.c;"))
        #expect(flags(cookie) == ["path=/", "httponly", "samesite=lax", "max-age=86400", "secure"])
    }

    @Test func `is not held back from clear text where there is no TLS`() {
        #expect(!flags(SessionCookie.setting("a", secondsMax: 1, isSecure: false)).contains("secure"))
    }

    @Test func `is taken away as it was set`() {
        let cookie = SessionCookie.clearing(isSecure: true)
        #expect(cookie.hasPrefix("session=;"))
        #expect(flags(cookie) == ["path=/", "httponly", "samesite=lax", "max-age=0", "secure"])
    }

    @Test(
        arguments: [
            (["session=a"], "a"), (["a=b; session=c; d=e"], "c"), (["a=b", "session=c"], "c"), (["session=a=b"], "a=b"),
            (["session="], ""), (["xsession=a"], nil), (["session"], nil), (["Session=a"], nil), ([""], nil), ([], nil),
        ] as [([String], String?)])
    func `is found among others, also where HTTP/2 split them`(fields: [String], value: String?) {
        var headers = HTTPFields()
        for field in fields { headers.append(HTTPField(name: .cookie, value: field)) }
        #expect(SessionCookie.value(in: headers) == value)
    }

    @Test func `a revocation is remembered as long as a session can live`() {
        let list = RevocationList(sessionSeconds: 60)
        let now = Timestamp.now
        let (old, young) = (SessionID(at: now), SessionID(at: now))
        let feed = RevocationFeedResponse(
            revocations: [
                SessionRevocation(sessionId: old, revokedAt: now.advanced(bySeconds: -61)),
                SessionRevocation(sessionId: young, revokedAt: now.advanced(bySeconds: -59)),
            ], cursor: now)
        list.update(by: feed, askedAt: .now, now: now)
        #expect(!list.isRevoked(old))
        #expect(list.isRevoked(young))
        #expect(list.cursor == now)
    }

    @Test func `what is known of revocations is trusted for five seconds from the question`() {
        let list = RevocationList(sessionSeconds: 60)
        let asked = ContinuousClock.now
        #expect(!list.isFresh(at: asked))
        list.update(by: RevocationFeedResponse(revocations: [], cursor: .now), askedAt: asked, now: .now)
        #expect(list.isFresh(at: asked + .seconds(5)))
        #expect(!list.isFresh(at: asked + .milliseconds(5_001)))
    }
}
