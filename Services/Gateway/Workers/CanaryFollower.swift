import HTTP2
import Logging
import Metrics
import Synchronization
import Telemetry
import Ticketing
import Wire

/// Watches the canary as a viewer does: through a replica of realtime-push, which heard of it through Redis. Its map
/// tells when the ledger changed it; so its age shows whether changes still come, and how late.
final class CanaryFollower: Sendable {
    /// One replica is watched for so long, then another one.
    static let watchMax: Duration = .seconds(60)
    /// The pause after a stream that broke off or could not be had.
    static let pause: Duration = .seconds(1)

    private struct Sighting {
        let changedAt: Timestamp
        let lag: Duration
    }

    private let push: PushStreams
    private let logger: Logger
    private let lag = Timer(label: "canary_lag_seconds")
    private let last = Mutex<Sighting?>(nil)

    init(push: PushStreams, logger: Logger) {
        self.push = push
        self.logger = logger
    }

    /// A word for operators.
    var status: String {
        guard let sighting = last.withLock({ $0 }) else { return "not seen yet" }
        let lag = Int(sighting.lag / .milliseconds(1))
        return "changed \(Int(age(of: sighting))) s ago, seen \(lag) ms after its commit"
    }

    /// Follows until it is cancelled.
    func run() async {
        Telemetry.metrics.gauge("canary_age_seconds") { [self] in
            // Not seen is as old as can be.
            last.withLock { $0 }.map(age) ?? .infinity
        }
        while !Task.isCancelled {
            do {
                try await watch()
            } catch {
                logger.debug("the canary could not be watched", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func watch() async throws {
        let body = try await push.open(SeatStream(performance: SeatCanary.performanceID), after: nil)
        let end = ContinuousClock.now + Self.watchMax
        var frames = StreamFrameReader()
        var map: CanaryMap?
        for try await chunk in body {
            guard frames.append(chunk) else { return }
            while let frame = frames.next() {
                let isFirst = map == nil
                map = try CanaryMap(after: map, frame)
                if let changedAt = map?.changedAt { saw(changedAt, isFirst: isFirst) }
            }
            if .now > end { return }
        }
    }

    private func saw(_ changedAt: Timestamp, isFirst: Bool) {
        let now = Timestamp.now
        last.withLock { last in
            guard changedAt > last?.changedAt ?? Timestamp(unixMicroseconds: 0) else { return }
            let path = Duration.microseconds(now.unixMicroseconds - changedAt.unixMicroseconds)
            // A snapshot tells of a change that may be long ago.
            if !isFirst { lag.record(duration: path) }
            last = Sighting(changedAt: changedAt, lag: isFirst ? last?.lag ?? .zero : path)
        }
    }

    private func age(of sighting: Sighting) -> Double {
        Double(Timestamp.now.unixMicroseconds - sighting.changedAt.unixMicroseconds) / 1_000_000
    }
}
