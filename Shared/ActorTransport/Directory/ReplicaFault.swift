public import HTTP2

/// What makes a replica one to be left alone for a while. What a replica answers, however sad, is none: behind a
/// ledger that is stuck all replicas say the same, and none of them is sick.
public enum ReplicaFault: Sendable {
    /// No connection, or the replica did not take the request.
    case unreachable
    /// It says that it is about to stop.
    case draining
    /// It broke off in the middle, or answered something that no replica says.
    case brokeOff

    /// What a failed request says of the replica: nothing when time ran out or the caller lost interest. (A peer that
    /// hangs is found by the connection's PING, and then the connection breaks.)
    public init?(_ failure: HTTPClientFailure) {
        switch failure.kind {
        case .notSent: self = .unreachable
        case .outcomeUnknown: self = .brokeOff
        case .deadlineExceeded, .cancelled: return nil
        }
    }

    /// Whether one is enough: a connection that breaks once may have broken for the one request's sake.
    var isCertain: Bool {
        switch self {
        case .unreachable, .draining: true
        case .brokeOff: false
        }
    }
}
