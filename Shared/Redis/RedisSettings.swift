/// How a client reaches its Redis, and its limits. Each limit has its default beside it.
public struct RedisSettings: Sendable {
    /// A name or a numeric address.
    public var host: String
    public var port: Int
    /// The user of an access-control list; `nil` for the default one.
    public var user: String?
    public var password: String?
    /// The numbered database to select.
    public var database: Int = 0

    /// Commands under way that were not answered; more are refused with `queueFull`.
    public var commandsInFlightMax = 10_000
    /// How long a command may stay without its answer.
    public var commandTimeoutMilliseconds = 1_000
    /// Messages that wait for one subscriber; more make it `interrupted`.
    public var messagesBufferedPerSubscriberMax = 1_024

    /// How long one address may take from the first packet to a ready session.
    public var connectTimeoutMilliseconds = 1_000
    /// The pause after the first failure to connect; it doubles from there.
    public var reconnectInitialMilliseconds = 25
    /// The longest pause between tries.
    public var reconnectMaximumMilliseconds = 1_000
    /// A connection on which nothing came for this long is asked whether it lives.
    public var pingAfterMilliseconds = 1_000
    /// A connection that owes an answer and has been silent for longer is given up and replaced.
    public var silenceMaxMilliseconds = 3_000

    public init(host: String, port: Int = 6379, user: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
    }
}
