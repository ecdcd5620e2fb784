/// Why a call to a peer has no answer.
public struct HTTPClientFailure: Error, Sendable, CustomStringConvertible {
    /// What is known of the call.
    public enum Kind: Sendable, Equatable {
        /// The peer did not process the request: it never left, or the peer said so (REFUSED_STREAM, GOAWAY).
        /// Safe to send again, elsewhere too.
        case notSent
        /// The request left and no whole answer came: it may have been processed or not.
        case outcomeUnknown
        /// The deadline passed; `wasSent` tells whether the peer may have seen the request.
        case deadlineExceeded
        /// The caller's task was cancelled; `wasSent` as above.
        case cancelled
    }

    /// What is known of the call.
    public let kind: Kind
    /// Whether the peer may have seen the request.
    public let wasSent: Bool
    /// For the log.
    public let reason: String

    /// Whether the request can be sent again, here or elsewhere, without asking what it is: the peer has not
    /// processed it and there is time left.
    public var isRetrySafe: Bool { kind == .notSent }

    /// Whether the peer may have processed the request.
    public var isOutcomeUnknown: Bool { wasSent }

    public var description: String { "\(kind): \(reason)" }

    static func notSent(_ reason: String) -> HTTPClientFailure {
        HTTPClientFailure(kind: .notSent, wasSent: false, reason: reason)
    }

    /// `notSent` or `outcomeUnknown`, by `wasSent`.
    static func broken(wasSent: Bool, _ reason: String) -> HTTPClientFailure {
        HTTPClientFailure(kind: wasSent ? .outcomeUnknown : .notSent, wasSent: wasSent, reason: reason)
    }
}
