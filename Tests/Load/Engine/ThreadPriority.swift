import Foundation
import Glibc

/// Who runs first on a machine that has more to do than it can.
enum ThreadPriority {
    private static let boundFile = "/proc/sys/kernel/sched_rt_runtime_us"

    /// Lets the calling thread run as soon as it has something to do, where this account may ask for that and the machine
    /// stays usable: a schedule that is kept when the services leave some processor time is not kept. A nice value is no
    /// help, since Linux takes each session for a group of its own (autogroups) and weighs it within the group alone.
    /// - Parameter threads: how many of this program ask for it.
    static func raise(besides threads: Int) {
        let bound = (try? String(contentsOfFile: boundFile, encoding: .utf8))
            .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        guard leavesRoom(threads: threads, processors: ProcessInfo.processInfo.activeProcessorCount, bound: bound)
        else { return }
        var priority = sched_param(sched_priority: 1)
        // Of this thread alone: what the others start is no more urgent than it was.
        _ = sched_setscheduler(0, SCHED_RR, &priority)
    }

    /// Whether everybody else goes on even if these threads never sleep: a processor is left to them, and the kernel
    /// bounds what the urgent ones take of theirs.
    /// - Parameter bound: microseconds of a period that the kernel lets urgent threads run; less than none for all of
    ///   it, nil where nobody can tell.
    static func leavesRoom(threads: Int, processors: Int, bound: Int?) -> Bool {
        threads < processors && (bound ?? -1) >= 0
    }
}
