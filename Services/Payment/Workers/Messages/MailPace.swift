import Foundation
import Synchronization
import Ticketing
import Wire

/// How quickly mails are sent: at once, but slowly while seats go by the dozen.
///
/// A letter with its tickets costs about as much as selling them. Whoever pays has the tickets on the page at once, so in
/// the minute in which everybody wants to pay the processors belong to that, and letters come up to a minute later: no
/// more than that, however long the minute takes.
final class MailPace: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// Seats sold in a second by this process, over some seconds: from so many on mails are slow.
        var rushSeatsPerSecond = 20.0
        /// The pause between two mails while they are slow, in milliseconds.
        var pauseMilliseconds = 100
        /// How long a mail may wait for that, in seconds.
        var waitSecondsMax = 60.0
    }

    private static let smoothingSeconds = 2.0

    private struct State {
        var seatsPerSecond = 0.0
        var soldAt: ContinuousClock.Instant?
        /// What the last mail that was sent had waited, in seconds.
        var waited = 0.0

        mutating func forget(until now: ContinuousClock.Instant) {
            if let soldAt { seatsPerSecond *= exp(-max(0, (now - soldAt) / .seconds(1)) / smoothingSeconds) }
            soldAt = now
        }
    }

    private let settings: Settings
    private let state = Mutex(State())

    init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Seats changed hands; those that were sold count.
    func follow(_ changes: [SeatChange], at now: ContinuousClock.Instant = .now) {
        let sold = changes.count { $0.state == .sold }
        guard sold > 0 else { return }
        state.withLock {
            $0.forget(until: now)
            $0.seatsPerSecond += Double(sold) / Self.smoothingSeconds
        }
    }

    /// A mail was sent so many seconds after what it tells of.
    func sent(afterSeconds seconds: Double) {
        state.withLock { $0.waited = seconds }
    }

    /// What is to pass between two mails now; nil where there is no need to wait.
    func pause(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock {
            $0.forget(until: now)
            let isRush = $0.seatsPerSecond >= settings.rushSeatsPerSecond
            return isRush && $0.waited < settings.waitSecondsMax ? .milliseconds(settings.pauseMilliseconds) : nil
        }
    }
}
