public import NIOCore
import Synchronization

/// Runs Swift jobs on one event loop, so that the handlers of a connection and its sockets share a thread.
///
/// As the preferred executor of a task it keeps the task's `nonisolated` code on the loop. Jobs that come while the loop
/// works on a connection run at the end of that work, before the answers are written: that is what makes one write out
/// of many answers.
///
/// It is no serial executor on purpose: a job that runs as an actor's would be taken off it and queued anew by the runtime
/// at every call and return of a `nonisolated` function, which were some ten rounds through the queue for each answer.
// Unchecked: `localJobs`, `runningJobs`, `isInTurn` and `isTurnScheduled` are touched on the loop's thread alone (`enqueue`
// asks `inEventLoop` first); what other threads hand over goes through `remote`, a mutex; `owner` is written once, under
// the registry's lock, by which others come to see it.
public final class LoopExecutor: TaskExecutor, @unchecked Sendable {
    private struct Remote {
        var jobs: [UnownedJob] = []
        var isTurnScheduled = false
    }

    /// The loop that runs the jobs.
    public let eventLoop: any EventLoop

    /// Whose turns run the jobs; set once, before the executor is seen by anybody, and alive as long as the process.
    weak var owner: ConnectionLoop?

    /// True while the loop works for a connection or for jobs: whoever set it settles what came meanwhile.
    var isInTurn = false

    private var localJobs: [UnownedJob] = []
    private var runningJobs: [UnownedJob] = []
    private var isTurnScheduled = false
    private let remote = Mutex(Remote())

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The executor of `eventLoop`; always the same one for the same loop.
    public static func of(_ eventLoop: any EventLoop) -> LoopExecutor {
        ConnectionLoop.of(eventLoop).executor
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if eventLoop.inEventLoop {
            localJobs.append(job)
            scheduleTurn()
        } else {
            let isFirst = remote.withLock { remote in
                remote.jobs.append(job)
                defer { remote.isTurnScheduled = true }
                return !remote.isTurnScheduled
            }
            if isFirst {
                eventLoop.execute { [self] in
                    takeRemoteJobs()
                    owner?.turn {}
                }
            }
        }
    }

    /// Whether jobs wait that only the loop's thread put there.
    var hasJobs: Bool { !localJobs.isEmpty }

    /// Has the loop come back to the waiting jobs; needed only outside of a turn.
    func scheduleTurn() {
        guard !isInTurn, !isTurnScheduled else { return }
        isTurnScheduled = true
        eventLoop.execute { self.turnIsDue() }
    }

    /// The same after a pause in which the loop looks at its sockets: it does not while anything else is due.
    func scheduleTurn(in pause: TimeAmount) {
        guard !isInTurn, !isTurnScheduled else { return }
        isTurnScheduled = true
        eventLoop.scheduleTask(in: pause) { self.turnIsDue() }
    }

    private func turnIsDue() {
        isTurnScheduled = false
        owner?.turn {}
    }

    /// Runs the jobs that wait now; jobs that these enqueue wait for the next call.
    func runJobs() {
        guard !localJobs.isEmpty else { return }
        swap(&localJobs, &runningJobs)
        let executor = asUnownedTaskExecutor()
        for job in runningJobs { job.runSynchronously(on: executor) }
        runningJobs.removeAll(keepingCapacity: true)
    }

    private func takeRemoteJobs() {
        let jobs = remote.withLock { remote in
            remote.isTurnScheduled = false
            defer { remote.jobs.removeAll(keepingCapacity: true) }
            return remote.jobs
        }
        localJobs.append(contentsOf: jobs)
    }
}
