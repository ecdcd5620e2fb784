import ActorTransport
import HTTP2
import HTTPTypes

extension Error {
    /// Whether it may be over in a moment, so that an older answer does for that long.
    var passes: Bool {
        switch (self as? CallFailure)?.code {
        case .overloaded, .unreachable, .unavailable, .draining, .expired, .outcomeUnknown: true
        case .unauthorized, .unknownRoute, .unknownActor, .malformed, .fault, nil: false
        }
    }
}

extension ServerResponse {
    /// The answer with what it is made of: one that is older than it should be says how old it is, in seconds (RFC 9111,
    /// section 5.1).
    func telling<Key: Hashable & Sendable, Value: Sendable>(
        ageOf kept: LookAsideCache<Key, Value>.Kept
    ) -> ServerResponse {
        guard kept.isStale else { return self }
        var answer = self
        answer.headerFields[.age] = String(max(1, Int((ContinuousClock.now - kept.askedAt) / .seconds(1))))
        return answer
    }
}
