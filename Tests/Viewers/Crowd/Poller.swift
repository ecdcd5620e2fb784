import CEpoll
import Glibc

/// The kernel's list of sockets that something happened on.
final class Poller {
    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)

    static let readable = EPOLLIN.rawValue
    static let writable = EPOLLOUT.rawValue
    static let peerClosed = EPOLLRDHUP.rawValue
    static let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "epoll_create1: errno \(errno)")
    }

    deinit { close(descriptor) }

    func add(_ socket: Int32, interest: UInt32, mark: UInt64) { control(EPOLL_CTL_ADD, socket, interest, mark) }

    func change(_ socket: Int32, interest: UInt32, mark: UInt64) { control(EPOLL_CTL_MOD, socket, interest, mark) }

    /// Waits for events and gives each with its socket's mark.
    func wait(milliseconds: Int32, each: (_ mark: UInt64, _ events: UInt32) -> Void) {
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        for index in 0..<max(0, Int(count)) { each(events[index].data.u64, events[index].events) }
    }

    private func control(_ operation: Int32, _ socket: Int32, _ interest: UInt32, _ mark: UInt64) {
        var event = epoll_event(events: interest, data: epoll_data_t(u64: mark))
        let result = epoll_ctl(descriptor, operation, socket, &event)
        precondition(result == 0, "epoll_ctl: errno \(errno)")
    }
}
