import LedgerStore
import Logging
import Ticketing

/// Ends holds whose deadline has passed, so that everybody sees their seats free within a second (DESIGN 5).
///
/// Every replica runs one: a hold is ended once, and found ended by the others.
struct ExpiryWorker: Sendable {
    static let interval: Duration = .milliseconds(400)
    static let holdsMax = 512

    let holds: HoldStore
    let door: PerformanceDoor
    let logger: Logger

    /// Sweeps until it is cancelled.
    func run() async {
        var window = DueHoldWindow()
        while !Task.isCancelled {
            let isMore = await sweep(&window)
            if !isMore { try? await Task.sleep(for: Self.interval) }
        }
    }

    /// Ends what is due; true when there may be more.
    private func sweep(_ window: inout DueHoldWindow) async -> Bool {
        let now = ContinuousClock.now
        do {
            let due = try await holds.dueHolds(secondsBack: window.secondsBack(at: now), limit: Self.holdsMax)
            await withDiscardingTaskGroup { group in
                for hold in due {
                    group.addTask {
                        do {
                            _ = try await door.expire(hold.holdID, in: hold.performanceID)
                        } catch {
                            logger.debug("a hold was not ended", metadata: ["error": "\(error)"])
                        }
                    }
                }
            }
            guard due.count == Self.holdsMax, let last = due.last else {
                window.served(at: now)
                return false
            }
            window.brokeOff(secondsBack: last.secondsDue, at: now)
            return true
        } catch {
            logger.debug("due holds could not be asked for", metadata: ["error": "\(error)"])
            return false
        }
    }
}
