/// How a pool reaches its database, and its limits. Each limit has its default beside it.
public struct PostgresSettings: Sendable {
    /// Whether connections are encrypted, in libpq's words (`sslmode`).
    public enum TransportSecurity: String, Sendable, CaseIterable {
        case disable
        case prefer
        case require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    /// The servers, tried in this order until one takes writes.
    public var hosts: [PostgresHost]
    public var database: String
    public var user: String
    public var password: String?
    /// The name that the server's own views and logs show.
    public var applicationName: String
    public var transportSecurity: TransportSecurity = .prefer
    /// A file of certificates to verify the server's with; `nil` for libpq's default.
    public var rootCertificateFile: String?
    /// Whether a server that takes no writes (a standby) is passed over.
    public var requiresWritableServer = true

    /// Connections that are kept open.
    public var connectionsMax = 4
    /// Statements under way on one connection, whose answers come in order.
    public var statementsInFlightPerConnectionMax = 64
    /// Statements and transactions that wait for a connection; more are refused with `poolExhausted`.
    public var queueMax = 4096
    /// How long a statement waits while no connection at all is ready, before it fails with `notConnected`.
    public var connectionWaitMilliseconds = 1_000

    /// How long one address may take from the first packet to a ready session.
    public var connectTimeoutMilliseconds = 1_000
    /// The pause after the first failure to connect; it doubles from there.
    public var reconnectInitialMilliseconds = 25
    /// The longest pause between tries.
    public var reconnectMaximumMilliseconds = 500

    /// The deadline of calls that name none.
    public var deadlineMilliseconds = 5_000
    /// The server ends statements that take longer (`statement_timeout`).
    public var statementTimeoutMilliseconds = 5_000
    /// The server ends transactions that their client forgot (`idle_in_transaction_session_timeout`).
    public var idleInTransactionTimeoutMilliseconds = 10_000
    /// A connection that owes an answer and has been silent for longer is given up and replaced.
    public var silenceMaxMilliseconds = 6_000
    /// Who owes an answer and says nothing for so long may be stuck in a commit: then writes are refused, unless a commit
    /// without content ended meanwhile. A pool whose statements may take minutes, as jobs have it, is not watched.
    public var commitSlowMilliseconds = 1_000
    /// How long that commit may take. It is begun early enough to be as old when the silence has lasted its time; once
    /// writes are refused, they are taken again when commits are this quick.
    public var commitProbeMilliseconds = 500
    /// How long sent bytes may stay without acknowledgement by the server's machine (`tcp_user_timeout`).
    public var unacknowledgedMaxMilliseconds = 1_000
    /// More settings of each session, by their names; neither name nor value may hold a blank.
    public var sessionSettings: [String: String] = [:]
    /// How long statements under way may take to end when the pool is stopped.
    public var drainMilliseconds = 5_000

    public init(
        hosts: [PostgresHost], database: String, user: String, password: String? = nil, applicationName: String
    ) {
        precondition(!hosts.isEmpty, "a pool needs a host")
        self.hosts = hosts
        self.database = database
        self.user = user
        self.password = password
        self.applicationName = applicationName
    }

    var watchesCommits: Bool { statementTimeoutMilliseconds <= 60_000 }

    /// The silence after which it is tried whether commits end.
    var commitDoubt: Duration {
        .milliseconds(max(commitSlowMilliseconds / 2, commitSlowMilliseconds - commitProbeMilliseconds))
    }

    /// The session settings, as the start-up packet's `options`: in force from the first statement on.
    var sessionOptions: String {
        let own = [
            // Custom plans cost up to five times a statement's time.
            "plan_cache_mode=force_generic_plan",
            "statement_timeout=\(statementTimeoutMilliseconds)",
            "idle_in_transaction_session_timeout=\(idleInTransactionTimeoutMilliseconds)",
            "default_transaction_isolation=read\\ committed",
            // A server whose client went away stops its statement, and frees its locks, within a second.
            "client_connection_check_interval=1000",
        ]
        let more = sessionSettings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (own + more).map { "-c \($0)" }.joined(separator: " ")
    }
}
