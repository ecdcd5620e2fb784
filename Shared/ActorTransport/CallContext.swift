public import Shedding

/// What travels with a call through every hop, beside its arguments.
public struct CallContext: Sendable {
    /// The context of the task that asks; a call without one gets the system's default deadline and no key.
    @TaskLocal public static var current = CallContext()

    /// When the caller stops waiting; nil for the system's default.
    public var deadline: ContinuousClock.Instant?
    /// The first caller's own key: set on every call that is not repeatable by nature.
    public var idempotencyKey: String?

    /// How much the first caller's request matters where there is not room for all.
    public var priority: RequestPriority

    /// Whether calls of all callers for one name are to meet at one replica, however busy it is: for what each tells it
    /// of its own part. It does not travel on.
    public var isMeeting: Bool
    /// How many of the name's own first choices are left out, however they are: for what the next one behind them is told
    /// as well, so that it can go on at once. It does not travel on.
    public var skips: Int

    /// A context.
    public init(
        deadline: ContinuousClock.Instant? = nil, idempotencyKey: String? = nil, priority: RequestPriority = .medium,
        isMeeting: Bool = false, skips: Int = 0
    ) {
        self.deadline = deadline
        self.idempotencyKey = idempotencyKey
        self.priority = priority
        self.isMeeting = isMeeting
        self.skips = skips
    }
}
