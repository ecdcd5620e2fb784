import CEpoll
import Glibc

/// The time that the database's clock shows as well, in nanoseconds since 1970.
enum WallClock {
    static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Spans, in nanoseconds.
enum Span {
    static let millisecond: Int64 = 1_000_000
    static let second: Int64 = 1_000_000_000
}
