/// The limits of one listener. Each belongs to the listener: a public one is stricter than one for the house.
public struct HTTPServerSettings: Sendable {
    /// Name and value of all header fields of a request, with 32 bytes for each field (RFC 9113, 6.5.2).
    public var headerBytesMax = 16_384
    /// Header fields of a request, pseudo fields among them.
    public var headerFieldsMax = 100
    /// Body of a request, in bytes.
    public var bodyBytesMax = 1_048_576
    /// Open requests of one HTTP/2 connection.
    public var streamsMax = 128
    /// Requests of the listener that are not answered to their end, open streams among them; one more is refused.
    public var requestsMax = 40_000
    /// Open connections of the listener; one more is closed at once.
    public var connectionsMax = 20_000
    /// A connection without a request in progress is closed after this time.
    public var idleMilliseconds = 60_000
    /// The first header bytes of a connection must be complete within this time.
    public var headerReadMilliseconds = 10_000
    /// A request must have its answer's head within this time, its body read included.
    public var requestMilliseconds = 30_000
    /// A peer that takes no byte of what it was sent for this time is cut off: the connection, or one HTTP/2 stream for
    /// which it gives no credit.
    public var writeStallMilliseconds = 30_000
    /// A peer whose machine acknowledges nothing of what it was sent for this time has vanished, without a word. Somewhat
    /// longer than for one that is slow and may still hear why it is cut off.
    var unacknowledgedMilliseconds: Int { writeStallMilliseconds + 5_000 }
    /// What an HTTP/2 client may send of one body before the handler reads it, in bytes.
    public var streamWindowBytes = 65_535
    /// What an HTTP/2 client may have on its way over all streams, in bytes.
    public var connectionWindowBytes = 1_048_576
    /// What is read of one connection before the others of its loop have their turn, in bytes.
    public var readBytes = 16_384
    /// What a response's writer may put down before it has to wait, in bytes.
    public var writeBufferBytes = 16_384
    /// Streams that a peer may reset, or make the server reset, at once …
    public var resetsBurst = 200
    /// … and each second in the long run. More closes the connection.
    public var resetsPerSecond = 50
    /// Frames that carry no request (PING, SETTINGS, PRIORITY, crumbs of DATA) that a peer may send at once …
    public var controlFramesBurst = 1_000
    /// … and each second in the long run. More closes the connection.
    public var controlFramesPerSecond = 200
    /// What requests in flight get to finish in at a graceful stop.
    public var stopMilliseconds = 8_000
    /// Lets several processes listen on the same port (`SO_REUSEPORT`).
    public var reusesPort = false

    public init() {}

    /// Limits for a port that only the house's own services reach.
    public static var internalListener: HTTPServerSettings { HTTPServerSettings().forManyPeople }

    /// The same limits for each request, and for the connection those of a peer that many people stand behind: many
    /// streams, much cancelling.
    public var forManyPeople: HTTPServerSettings {
        var settings = self
        settings.streamsMax = 1_000
        settings.requestsMax = 1_000_000
        settings.connectionWindowBytes = 16_777_216
        settings.readBytes = 131_072
        settings.resetsBurst = 100_000
        settings.resetsPerSecond = 20_000
        settings.controlFramesBurst = 100_000
        settings.controlFramesPerSecond = 20_000
        return settings
    }

    func check() {
        precondition(headerBytesMax >= 256, "headerBytesMax is below 256")
        precondition((8...10_000).contains(headerFieldsMax), "headerFieldsMax is not 8 to 10,000")
        precondition(bodyBytesMax >= 0, "bodyBytesMax is negative")
        precondition((1...100_000).contains(streamsMax), "streamsMax is not 1 to 100,000")
        precondition(requestsMax >= 1, "requestsMax is below 1")
        precondition(connectionsMax >= 1, "connectionsMax is below 1")
        let times = [
            idleMilliseconds, headerReadMilliseconds, requestMilliseconds, writeStallMilliseconds, stopMilliseconds,
        ]
        precondition(times.allSatisfy { (1...86_400_000).contains($0) }, "a time is not 1 ms to a day")
        precondition((65_535...0x7fff_ffff).contains(connectionWindowBytes), "connectionWindowBytes is out of range")
        precondition((1...0x7fff_ffff).contains(streamWindowBytes), "streamWindowBytes is out of range")
        precondition((1_024...16_777_216).contains(readBytes), "readBytes is not 1 KB to 16 MB")
        precondition(writeBufferBytes >= 1, "writeBufferBytes is below 1")
        let budgets = [resetsBurst, resetsPerSecond, controlFramesBurst, controlFramesPerSecond]
        precondition(budgets.allSatisfy { (1...1_000_000).contains($0) }, "a budget is not 1 to 1,000,000")
    }
}
