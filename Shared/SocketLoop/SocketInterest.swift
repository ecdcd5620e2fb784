import CEpoll

/// What a descriptor is watched for.
public struct SocketInterest: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Bytes, a connection's end or an error can be read.
    public static let read = SocketInterest(rawValue: 1)
    /// The socket takes bytes, or its connecting ended.
    public static let write = SocketInterest(rawValue: 2)

    var events: UInt32 {
        (contains(.read) ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
    }
}
