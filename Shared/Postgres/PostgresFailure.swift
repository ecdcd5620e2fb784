/// Why a statement, a transaction or a connection did not do what it was asked.
public struct PostgresFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, Equatable {
        /// No connection became ready in time; nothing was sent.
        case notConnected
        /// The connection ended while the statement was under way, or before it was sent.
        case connectionLost
        /// The caller's deadline passed.
        case deadlineExceeded
        /// Commits are stuck (a standby is away, say): until they end again, no write is sent.
        case writesSuspended
        /// The queue for connections is full; nothing was sent.
        case poolExhausted
        /// The server answered with an error, and so did nothing: its SQLSTATE, and the constraint where one is named.
        case server(sqlState: String, constraint: String?)
        /// The server committed, with a warning that a standby may not have it.
        case commitUncertain
        /// An answer that can't be read as asked for; also a parameter that can't be sent.
        case unexpectedValue
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What happened, for logs; may quote the server's message, never parameters.
    public let message: String
    /// Whether doing it again may succeed and can't do the work twice.
    public let isRetrySafe: Bool
    /// Whether the work may have been done all the same: ask again by a key, report neither success nor failure.
    public let isOutcomeUnknown: Bool

    init(_ kind: Kind, _ message: String, isRetrySafe: Bool = false, isOutcomeUnknown: Bool = false) {
        self.kind = kind
        self.message = message
        self.isRetrySafe = isRetrySafe
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// The SQLSTATE, where the server answered with an error.
    public var sqlState: String? {
        if case .server(let sqlState, _) = kind { return sqlState }
        return nil
    }

    /// The violated constraint's name, where the server named one.
    public var constraint: String? {
        if case .server(_, let constraint) = kind { return constraint }
        return nil
    }

    public var description: String {
        let state = sqlState.map { " \($0)" } ?? ""
        let name = "\(kind)".prefix { $0 != "(" }
        return "\(name)\(state): \(message)\(isOutcomeUnknown ? " (outcome unknown)" : "")"
    }

    /// An answer that does not hold what it has to.
    public static func unexpectedValue(_ message: String) -> PostgresFailure {
        PostgresFailure(.unexpectedValue, message)
    }

    static func server(_ error: ServerError) -> PostgresFailure {
        PostgresFailure(
            .server(sqlState: error.sqlState, constraint: error.constraint), error.message,
            isRetrySafe: error.isWorthRetrying)
    }

    /// The same failure, with the place at which a value was read.
    func located(column: Int) -> PostgresFailure {
        PostgresFailure(
            kind, "\(message) in column \(column)", isRetrySafe: isRetrySafe, isOutcomeUnknown: isOutcomeUnknown)
    }
}
