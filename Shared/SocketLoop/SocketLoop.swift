import CEpoll
import Glibc
import Synchronization

/// One thread that waits on sockets with epoll and runs the actors and tasks that use those sockets.
///
/// A *tick* is: run the jobs, fire the due timers, run what asked for the tick's end, sleep in `epoll_wait`,
/// call the handlers of the sockets that became ready. An actor whose `unownedExecutor` is this loop may register
/// sockets and timers from its own methods, and their handlers run inside that actor's isolation.
/// A loop lives until its process ends.
public final class SocketLoop: SerialExecutor, TaskExecutor {
    /// How many jobs run before the sockets are looked at again.
    static let jobsPerTickMax = 4096
    /// How many ready sockets one `epoll_wait` returns at most.
    static let eventsPerTickMax = 256

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isSleeping = false
    }

    private struct Socket {
        let descriptor: Int32
        var interest: SocketInterest
        let handler: (SocketReadiness) -> Void
    }

    /// The thread's name, as `ps -L` and debuggers show it.
    public let name: String

    private let epoll: Int32
    private let wakeDescriptor: Int32
    private let inbox = Mutex(Inbox())
    private let threadIdentity = Atomic<UInt>(0)

    // What follows is read and written on the loop's own thread alone: each access stands behind `assertOnLoop`,
    // or in a private method that only `run` calls.
    nonisolated(unsafe) private var localJobs: [UnownedJob] = []
    nonisolated(unsafe) private var sockets: [UInt64: Socket] = [:]
    nonisolated(unsafe) private var lastSocketID: UInt64 = 0
    nonisolated(unsafe) private var timers = TimerQueue()
    nonisolated(unsafe) private var timerHandlers: [LoopTimer: () -> Void] = [:]
    nonisolated(unsafe) private var tickEndHandlers: [() -> Void] = []

    /// Starts the loop's thread.
    public init(name: String = "socket-loop") {
        self.name = name
        // Libraries write to sockets that their peer may have closed: that is an error to read, not the process's end.
        signal(SIGPIPE, SIG_IGN)
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(epoll >= 0 && wakeDescriptor >= 0, "no descriptors left for a socket loop: errno \(errno)")
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: 0))
        precondition(epoll_ctl(epoll, EPOLL_CTL_ADD, wakeDescriptor, &event) == 0)
        startThread()
    }

    /// Whether the caller runs on the loop's thread.
    public var isOnLoop: Bool {
        threadIdentity.load(ordering: .relaxed) == UInt(pthread_self())
    }

    // MARK: Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            localJobs.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isSleeping = false }
            return inbox.isSleeping
        }
        if mustWake { eventfd_write(wakeDescriptor, 1) }
    }

    public func checkIsolated() {
        precondition(isOnLoop, "not on the thread of \(name)")
    }

    public func isIsolatingCurrentContext() -> Bool? {
        isOnLoop
    }

    // MARK: Sockets

    /// Watches a non-blocking descriptor; `handler` is called on the loop each time that it is ready (level-triggered).
    /// The handler is kept until `deregister`. Call it on the loop only.
    public func register(
        _ descriptor: Int32, for interest: SocketInterest, handler: @escaping (SocketReadiness) -> Void
    ) -> SocketRegistration {
        assertOnLoop()
        lastSocketID += 1
        sockets[lastSocketID] = Socket(descriptor: descriptor, interest: interest, handler: handler)
        control(descriptor, interest, id: lastSocketID)
        return SocketRegistration(id: lastSocketID)
    }

    /// Changes what a registered descriptor is watched for. Call it on the loop only.
    public func update(_ registration: SocketRegistration, to interest: SocketInterest) {
        assertOnLoop()
        guard let socket = sockets[registration.id], socket.interest != interest else { return }
        sockets[registration.id]?.interest = interest
        control(socket.descriptor, interest, id: registration.id)
    }

    /// Stops watching; no call of the handler follows, not even for readiness already reported by the kernel.
    /// To be called before the descriptor is closed, on the loop only.
    public func deregister(_ registration: SocketRegistration) {
        assertOnLoop()
        guard let socket = sockets.removeValue(forKey: registration.id) else { return }
        var event = epoll_event()
        // A descriptor that its library closed already is gone from the set: nothing to undo then.
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket.descriptor, &event)
    }

    // MARK: Time

    /// Calls `handler` once, on the loop, no earlier than `deadline`. Call it on the loop only.
    @discardableResult
    public func schedule(at deadline: ContinuousClock.Instant, _ handler: @escaping () -> Void) -> LoopTimer {
        assertOnLoop()
        let timer = timers.add(deadline)
        timerHandlers[timer] = handler
        return timer
    }

    /// Calls `handler` once, on the loop, no earlier than `delay` from now. Call it on the loop only.
    @discardableResult
    public func schedule(after delay: Duration, _ handler: @escaping () -> Void) -> LoopTimer {
        schedule(at: .now + delay, handler)
    }

    /// Forgets a timer; without effect if it fired already. Call it on the loop only.
    public func cancel(_ timer: LoopTimer) {
        assertOnLoop()
        timerHandlers[timer] = nil
        timers.cancel(timer)
    }

    /// Calls `handler` once when the jobs of this tick have run, before the loop sleeps. Call it on the loop only.
    public func atTickEnd(_ handler: @escaping () -> Void) {
        assertOnLoop()
        tickEndHandlers.append(handler)
    }

    // MARK: The thread

    private func startThread() {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<SocketLoop>.fromOpaque(argument).takeUnretainedValue().run()
                return nil
            }, retained)
        precondition(result == 0, "no thread left for a socket loop: \(result)")
        pthread_setname_np(thread, String(name.prefix(15)))
        pthread_detach(thread)
    }

    private func run() {
        threadIdentity.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: Self.eventsPerTickMax)
        while true {
            runJobs()
            fireTimers()
            endTick()
            let timeoutMilliseconds = prepareToSleep()
            let count = epoll_wait(epoll, &events, Int32(events.count), timeoutMilliseconds)
            if timeoutMilliseconds != 0 { inbox.withLock { $0.isSleeping = false } }
            for index in 0..<max(0, Int(count)) { handle(events[index]) }
        }
    }

    private func runJobs() {
        var left = Self.jobsPerTickMax
        while left > 0 {
            var batch: [UnownedJob] = []
            swap(&batch, &localJobs)
            inbox.withLock { inbox in
                if batch.isEmpty {
                    swap(&batch, &inbox.jobs)
                } else if !inbox.jobs.isEmpty {
                    batch.append(contentsOf: inbox.jobs)
                    inbox.jobs.removeAll(keepingCapacity: true)
                }
            }
            if batch.isEmpty { return }
            left -= batch.count
            for job in batch {
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
        }
    }

    private func fireTimers() {
        guard !timers.isEmpty else { return }
        let now = ContinuousClock.now
        while let timer = timers.popDue(now) {
            timerHandlers.removeValue(forKey: timer)?()
        }
    }

    private func endTick() {
        while !tickEndHandlers.isEmpty {
            var handlers: [() -> Void] = []
            swap(&handlers, &tickEndHandlers)
            for handler in handlers { handler() }
        }
    }

    private func prepareToSleep() -> Int32 {
        if !localJobs.isEmpty { return 0 }
        let timeout = timers.millisecondsToNext(from: .now)
        return inbox.withLock { inbox in
            if !inbox.jobs.isEmpty || timeout == 0 { return 0 }
            inbox.isSleeping = true
            return timeout ?? -1
        }
    }

    private func handle(_ event: epoll_event) {
        if event.data.u64 == 0 {
            var value: eventfd_t = 0
            eventfd_read(wakeDescriptor, &value)
            return
        }
        // A registration that ended earlier in this tick is not found: its event is stale.
        sockets[event.data.u64]?.handler(SocketReadiness(events: event.events))
    }

    private func control(_ descriptor: Int32, _ interest: SocketInterest, id: UInt64) {
        var event = epoll_event(events: interest.events, data: epoll_data(u64: id))
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 { return }
        // A library may close its socket and open another with the same number: then the kernel forgot it.
        let added = epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        precondition(added == 0, "descriptor \(descriptor) can't be watched: errno \(errno)")
    }

    private func assertOnLoop() {
        precondition(isOnLoop, "only on the thread of \(name)")
    }
}
