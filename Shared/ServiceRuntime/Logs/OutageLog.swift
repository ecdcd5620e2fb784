public import Logging
import Synchronization

/// The log of something that a loop tries many times a second. While it fails, the first failure is told, then once a
/// minute how many there were, then that it is over: an outage of an hour is sixty lines, not twenty thousand.
public final class OutageLog: Sendable {
    private let failing: String
    private let logger: Logger
    private let level: Logger.Level
    private let now: @Sendable () -> ContinuousClock.Instant
    private let outage: Mutex<Outage>

    /// `failing` says what can't be done, `pause` is the least time between two lines of one outage.
    public init(
        _ failing: String, logger: Logger, level: Logger.Level = .warning, pause: Duration = .seconds(60),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.failing = failing
        self.logger = logger
        self.level = level
        self.now = now
        outage = Mutex(Outage(pause: pause))
    }

    /// It failed, and why.
    public func failed(_ cause: any Error, metadata: Logger.Metadata = [:]) {
        tell(outage.withLock { $0.failed(at: now()) }, metadata.merging(["cause": "\(cause)"]) { $1 })
    }

    /// It worked.
    public func succeeded() {
        tell(outage.withLock { $0.succeeded(at: now()) }, [:])
    }

    private func tell(_ telling: Outage.Telling?, _ metadata: Logger.Metadata) {
        switch telling {
        case nil: return
        case .began: logger.log(level: level, "\(failing)", metadata: metadata)
        case .goesOn(let seconds, let failures):
            logger.log(
                level: level, "\(failing)", metadata: metadata.merging(Self.count(seconds, failures)) { $1 })
        case .ended(let seconds, let failures):
            logger.log(
                level: level == .warning ? .notice : level, "over: \(failing)",
                metadata: metadata.merging(Self.count(seconds, failures)) { $1 })
        }
    }

    private static func count(_ seconds: Int64, _ failures: Int) -> Logger.Metadata {
        ["failures": "\(failures)", "since_seconds": "\(seconds)"]
    }
}
