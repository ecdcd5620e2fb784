import Glibc

/// Clocks, in nanoseconds.
enum LoadClock {
    /// Goes on evenly, whatever is done to the machine's time.
    static var now: Int64 { read(CLOCK_MONOTONIC) }
    /// Since 1970, as the services see it on this machine.
    static var wall: Int64 { read(CLOCK_REALTIME) }
    /// The processor time of the calling thread.
    static var processor: Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Sleeps until ``now`` is so late.
    static func sleep(until time: Int64) {
        var time = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
