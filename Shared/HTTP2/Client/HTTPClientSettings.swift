/// The limits of an `HTTPClient`.
public struct HTTPClientSettings: Sendable {
    /// Calls in progress on one connection; the peer's own limit holds too.
    public var streamsMax = 1_000
    /// Connections to one peer from one loop; a second one is opened when the first is full, and so on.
    public var connectionsMax = 16
    /// Calls that wait for a free stream or for the connection, for one peer and loop; one more is `notSent`.
    public var waitingMax = 10_000
    /// What a peer may send of one body before it is read, in bytes.
    public var streamWindowBytes = 65_535
    /// What a peer may have on its way over all streams, in bytes; given back on receipt.
    public var connectionWindowBytes = 16_777_216
    /// Name and value of all header fields of a response, with 32 bytes for each field.
    public var headerBytesMax = 65_536
    /// Time to connect.
    public var connectMilliseconds = 1_000
    /// Pause after a connection failed, doubled each time …
    public var backOffMillisecondsMin = 20
    /// … up to this; a random half of it is left out.
    public var backOffMillisecondsMax = 1_000
    /// A connection on which nothing came for this time is asked by PING …
    public var pingAfterMilliseconds = 2_000
    /// … and closed if nothing came in this time after it.
    public var pingTimeoutMilliseconds = 2_000

    public init() {}

    func check() {
        precondition((1...100_000).contains(streamsMax), "streamsMax is not 1 to 100,000")
        precondition((1...1_000).contains(connectionsMax), "connectionsMax is not 1 to 1,000")
        precondition(waitingMax >= 0, "waitingMax is negative")
        precondition((1...0x7fff_ffff).contains(streamWindowBytes), "streamWindowBytes is out of range")
        precondition((65_535...0x7fff_ffff).contains(connectionWindowBytes), "connectionWindowBytes is out of range")
        precondition(headerBytesMax >= 256, "headerBytesMax is below 256")
        let times = [
            connectMilliseconds, backOffMillisecondsMin, backOffMillisecondsMax, pingAfterMilliseconds,
            pingTimeoutMilliseconds,
        ]
        precondition(times.allSatisfy { (1...86_400_000).contains($0) }, "a time is not 1 ms to a day")
        precondition(backOffMillisecondsMin <= backOffMillisecondsMax, "back-off's bounds are crossed")
    }
}
