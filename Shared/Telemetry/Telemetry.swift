import CoreMetrics
public import Logging
import Synchronization

/// Logs, metrics and trace context of one process.
public enum Telemetry {
    /// What the process's metrics are kept in; a service shows it on its admin port.
    public static let metrics = MetricsRegistry()

    private static let isStarted = Atomic(false)

    /// Sends swift-log to standard error as JSON lines and swift-metrics to ``metrics``.
    ///
    /// Only the first call has an effect, since both systems can be set up once in a process.
    public static func bootstrap(service: String, replica: String = "", level: Logger.Level = .info) {
        guard !isStarted.exchange(true, ordering: .relaxed) else { return }
        LoggingSystem.bootstrap { label in
            JSONLineLogHandler(label: label, service: service, replica: replica, level: level)
        }
        MetricsSystem.bootstrap(metrics)
        metrics.collect { ProcessMetrics.append(to: &$0) }
    }
}
