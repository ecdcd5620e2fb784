public import Distributed

/// Why a call brought no answer. What the rules refuse is an answer and never this.
public struct CallFailure: DistributedActorSystemError, Codable, Hashable, Sendable, CustomStringConvertible {
    /// What clients of the transport switch on.
    public enum Code: String, Codable, Sendable, CaseIterable {
        /// No replica could be reached; nothing was done.
        case unreachable
        /// Something behind the replica can't be reached; nothing was done.
        case unavailable
        /// Refused for want of room; nothing was done.
        case overloaded
        /// The replica is about to stop; nothing was done.
        case draining
        /// The caller's time was over before the call began; nothing was done.
        case expired
        /// The call may have been carried out or not: ask again with the same key.
        case outcomeUnknown = "outcome_unknown"
        /// The credential of the calling service is missing, stale or wrong.
        case unauthorized
        /// There is no such contract or method.
        case unknownRoute = "unknown_route"
        /// The contract has no actor of this name: what it would stand for does not exist.
        case unknownActor = "unknown_actor"
        /// The bytes are not what the method takes or gives.
        case malformed
        /// Our bug.
        case fault

        /// The HTTP status by which it crosses.
        public var status: Int {
            switch self {
            case .unreachable, .unavailable, .overloaded, .draining, .expired, .outcomeUnknown: 503
            case .unauthorized: 401
            case .unknownRoute, .unknownActor: 404
            case .malformed: 400
            case .fault: 500
            }
        }

        /// Whether another replica may do better. (One that has no room may have a neighbour that has: asked once.)
        var isWorthAnotherReplica: Bool {
            switch self {
            case .unreachable, .draining, .outcomeUnknown, .overloaded: true
            case .unavailable, .expired, .unauthorized, .unknownRoute, .unknownActor, .malformed, .fault:
                false
            }
        }
    }

    /// What went wrong.
    public let code: Code
    /// The cause, for logs; nothing secret.
    public let detail: String

    /// A failure with its cause.
    public init(_ code: Code, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    /// Code and cause.
    public var description: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }
}
