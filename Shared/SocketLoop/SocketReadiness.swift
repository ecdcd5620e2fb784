import CEpoll

/// What a watched descriptor became ready for.
public struct SocketReadiness: Sendable, Equatable {
    /// Reading will not block: there are bytes, an end or an error to be found.
    public let isReadable: Bool
    /// Writing will not block.
    public let isWritable: Bool

    init(events: UInt32) {
        let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue
        isReadable = events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | broken) != 0
        isWritable = events & (EPOLLOUT.rawValue | broken) != 0
    }
}
