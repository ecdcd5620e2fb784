import LedgerStore
import Logging
import Ticketing

/// Ends holds whose deadline has passed, so that everybody sees their seats free within a second (DESIGN 5).
///
/// Every replica runs one: a hold is ended once, and found ended by the others.
struct ExpiryWorker: Sendable {
    static let holdsMax = 512

    let holds: HoldStore
    let door: PerformanceDoor
    let logger: Logger

    /// Sweeps until it is cancelled.
    func run() async {
        var window = DueHoldWindow()
        var pace = SweepPace()
        while !Task.isCancelled {
            let beganAt = ContinuousClock.now
            let found = await sweep(&window, at: beganAt)
            let pause = pace.pause(found: found, at: beganAt)
            // There may be more.
            if found == Self.holdsMax { continue }
            try? await Task.sleep(until: beganAt + pause, clock: .continuous)
        }
    }

    /// Ends what is due; how many there were.
    private func sweep(_ window: inout DueHoldWindow, at now: ContinuousClock.Instant) async -> Int {
        let due: [DueHold]
        do {
            due = try await holds.dueHolds(secondsBack: window.secondsBack(at: now), limit: Self.holdsMax)
        } catch {
            logger.debug("due holds could not be asked for", metadata: ["error": "\(error)"])
            return 0
        }
        await withDiscardingTaskGroup { group in
            for (performance, holds) in Dictionary(grouping: due, by: \.performanceID) {
                group.addTask { await expire(holds.map(\.holdID), in: performance) }
            }
        }
        if due.count == Self.holdsMax, let last = due.last {
            window.brokeOff(secondsBack: last.secondsDue, at: now)
        } else {
            window.served(at: now)
        }
        return due.count
    }

    private func expire(_ holds: [HoldID], in performance: PerformanceID) async {
        for case .failure(let error) in await door.expire(holds, in: performance) {
            logger.debug("a hold was not ended", metadata: ["error": "\(error)"])
        }
    }
}
