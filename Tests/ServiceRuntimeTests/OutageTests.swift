import Logging
import Synchronization
import Testing

@testable import ServiceRuntime

@Suite struct `An outage` {
    private let start = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `is told when it begins, once a minute with how often it failed since, and when it is over`() {
        var outage = Outage(pause: .seconds(60))
        #expect(outage.succeeded(at: start) == nil)
        #expect(outage.failed(at: start) == .began)
        // Five times a second, for two minutes.
        var told: [Outage.Telling] = []
        for turn in 1...600 {
            if let telling = outage.failed(at: after(Double(turn) / 5)) { told.append(telling) }
        }
        #expect(told == [.goesOn(seconds: 60, failures: 300), .goesOn(seconds: 120, failures: 300)])
        #expect(outage.succeeded(at: after(121)) == .ended(seconds: 121, failures: 601))
        #expect(outage.succeeded(at: after(122)) == nil)
    }

    @Test func `that comes and goes many times a second is told no oftener`() {
        var outage = Outage(pause: .seconds(60))
        var told: [Outage.Telling] = []
        for turn in 0..<600 {
            if let telling = outage.failed(at: after(Double(turn) / 5)) { told.append(telling) }
            if let telling = outage.succeeded(at: after(Double(turn) / 5)) { told.append(telling) }
        }
        #expect(
            told == [
                .began, .ended(seconds: 0, failures: 1),
                .goesOn(seconds: 0, failures: 300), .ended(seconds: 0, failures: 1),
            ])
    }

    @Test func `that comes a minute later is told at once`() {
        var outage = Outage(pause: .seconds(60))
        #expect(outage.failed(at: start) == .began)
        #expect(outage.succeeded(at: after(1)) == .ended(seconds: 1, failures: 1))
        #expect(outage.failed(at: after(60)) == .began)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func take(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct LineHandler: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        init(lines: Lines) {
            self.lines = lines
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let words = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            lines.take("\(event.level) \(event.message) \(words.joined(separator: " "))")
        }
    }

    private struct Cause: Error, CustomStringConvertible {
        let description: String
    }

    @Test func `stands in the log with its cause and its numbers`() {
        let lines = Lines()
        let clock = Mutex(start)
        let log = OutageLog(
            "the well can't be asked", logger: Logger(label: "test") { _ in LineHandler(lines: lines) },
            now: { clock.withLock { $0 } })
        for _ in 0..<3 { log.failed(Cause(description: "dry"), metadata: ["well": "2"]) }
        clock.withLock { $0 += .seconds(60) }
        log.failed(Cause(description: "frozen"))
        log.succeeded()
        log.succeeded()
        #expect(
            lines.all == [
                "warning the well can't be asked cause=dry well=2",
                "warning the well can't be asked cause=frozen failures=3 since_seconds=60",
                "notice over: the well can't be asked failures=4 since_seconds=60",
            ])
    }
}
