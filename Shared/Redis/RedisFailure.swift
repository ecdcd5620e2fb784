/// Why a command did not do what it was asked.
public struct RedisFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, Equatable {
        /// No connection is ready; nothing was sent.
        case notConnected
        /// The connection ended before the answer.
        case connectionLost
        /// No answer came in time.
        case timedOut
        /// Too many commands are under way; nothing was sent.
        case queueFull
        /// The server answered with an error.
        case server
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What happened, for logs.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Whether the server may have done it all the same.
    public var isOutcomeUnknown: Bool {
        switch kind {
        case .connectionLost, .timedOut: true
        case .notConnected, .queueFull, .server: false
        }
    }

    public var description: String { "\(kind): \(message)" }
}
