import Synchronization
import Ticketing
import Wire

/// The sessions that ended before their time, as far as this gateway was told, and how fresh that is.
final class RevocationList: Sendable {
    /// Beyond this age, paying and organizers' calls check the session itself (DESIGN 9).
    static let trustedFor: Duration = .seconds(5)

    private struct State {
        var revoked: [SessionID: Timestamp] = [:]
        var cursor: Timestamp?
        var refreshedAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    /// How long a session can live, so that older entries can go.
    private let sessionSeconds: Int64

    init(sessionSeconds: Int64) {
        self.sessionSeconds = sessionSeconds
    }

    /// To be sent with the next question.
    var cursor: Timestamp? { state.withLock { $0.cursor } }

    func isRevoked(_ session: SessionID) -> Bool {
        state.withLock { $0.revoked[session] != nil }
    }

    func isFresh(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { $0.refreshedAt.map { now - $0 <= Self.trustedFor } ?? false }
    }

    /// This gateway ended a session itself.
    func add(_ session: SessionID, at time: Timestamp) {
        state.withLock { $0.revoked[session] = time }
    }

    /// The feed's answer to a question asked at an instant.
    func update(by feed: RevocationFeedResponse, askedAt: ContinuousClock.Instant, now: Timestamp) {
        state.withLock { state in
            for revocation in feed.revocations { state.revoked[revocation.sessionId] = revocation.revokedAt }
            state.cursor = feed.cursor
            state.refreshedAt = askedAt
            let oldest = now.advanced(bySeconds: -sessionSeconds)
            state.revoked = state.revoked.filter { $0.value >= oldest }
        }
    }
}
