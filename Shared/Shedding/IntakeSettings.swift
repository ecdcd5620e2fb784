/// How much a listener takes in at once, and what it does with more than that.
public struct IntakeSettings: Sendable, Hashable {
    // MARK: The limit

    /// Requests in flight below which the limit never falls …
    public var limitMin = 16
    /// … above which it never rises …
    public var limitMax = 4_096
    /// … and with which it begins.
    public var limitInitial = 32
    /// How many times as long as in quiet times requests may take before the limit falls, in percent.
    public var latencyTolerancePercent = 150
    /// What is added to both latencies before they are compared: differences below it are nobody's business.
    public var latencySlack: Duration = .milliseconds(2)
    /// What takes no longer than this is quick enough, however quick it is in quiet times, as long as more in flight are of
    /// use.
    public var latencyUnnoticed: Duration = .milliseconds(14)

    // MARK: Shares

    /// What part of the limit may be filled when a request of a priority enters, in percent; one always may.
    public var sharePercents: [RequestPriority: Int] = [.critical: 100, .high: 90, .medium: 80, .low: 70, .lowest: 50]
    /// Requests of one kind, by their priority, that wait for somebody outside at once, who has no place among those in
    /// flight.
    public var elsewhereMax: [RequestPriority: Int] = [:]
    /// … where nothing else is said.
    static let elsewhereMaxUsual = 4_096

    // MARK: The queue

    /// Requests that wait for a place.
    public var queueMax = 4_096
    /// How long a request waits at most while a crowd that came at once is served …
    public var burstWait: Duration = .milliseconds(500)
    /// … and while more come than can be served: by so much, and no more, those who are served are served later for it.
    public var overloadWait: Duration = .milliseconds(5)

    /// The defaults.
    public init() {}

    /// For a listener that other listeners stand in front of: they refuse before it does.
    public static var behindOthers: IntakeSettings {
        var settings = IntakeSettings()
        settings.limitMin = 32
        settings.limitInitial = 64
        return settings
    }
}
