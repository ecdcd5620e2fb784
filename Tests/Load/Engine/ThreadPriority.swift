import Glibc

/// Who runs first on a machine that has more to do than it can.
enum ThreadPriority {
    /// Lets the calling thread run as soon as it has something to do, where this account may ask for that: a schedule that
    /// is kept when the services leave some processor time is not kept. A nice value is no help, since Linux takes each
    /// session for a group of its own (autogroups) and weighs it within the group alone.
    static func raise() {
        var priority = sched_param(sched_priority: 1)
        // Of this thread alone: what the others start is no more urgent than it was.
        _ = sched_setscheduler(0, SCHED_RR, &priority)
    }
}
