import CEpoll
import Glibc

/// The kernel's list of sockets that something happened on. Used on one thread alone.
public final class Poller {
    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)

    /// There is something to read.
    public static let readable = EPOLLIN.rawValue
    /// There is room to write.
    public static let writable = EPOLLOUT.rawValue
    /// The peer writes no more.
    public static let peerClosed = EPOLLRDHUP.rawValue
    /// The connection is gone, or could not be had.
    public static let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue

    /// An empty list.
    public init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "epoll_create1: errno \(errno)")
    }

    deinit { close(descriptor) }

    /// Watches a socket until it is closed; `mark` comes back with what happens on it.
    public func add(_ socket: Int32, interest: UInt32, mark: UInt64) { control(EPOLL_CTL_ADD, socket, interest, mark) }

    /// Watches a socket for something else.
    public func change(_ socket: Int32, interest: UInt32, mark: UInt64) {
        control(EPOLL_CTL_MOD, socket, interest, mark)
    }

    /// Waits for events and gives each with its socket's mark.
    func wait(milliseconds: Int32, each: (_ mark: UInt64, _ events: UInt32) -> Void) {
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        for index in 0..<max(0, Int(count)) { each(events[index].data.u64, events[index].events) }
    }

    /// The same with a finer limit.
    public func wait(nanoseconds: Int64, each: (_ mark: UInt64, _ events: UInt32) -> Void) {
        var limit = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        let count = epoll_pwait2(descriptor, &events, Int32(events.count), &limit, nil)
        for index in 0..<max(0, Int(count)) { each(events[index].data.u64, events[index].events) }
    }

    private func control(_ operation: Int32, _ socket: Int32, _ interest: UInt32, _ mark: UInt64) {
        var event = epoll_event(events: interest, data: epoll_data_t(u64: mark))
        let result = epoll_ctl(descriptor, operation, socket, &event)
        precondition(result == 0, "epoll_ctl: errno \(errno)")
    }
}
