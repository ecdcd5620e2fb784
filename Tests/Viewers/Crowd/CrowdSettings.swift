/// Who the viewers of a crowd are, and how they watch.
public struct CrowdSettings: Sendable {
    /// How a stream travels.
    public enum Transport: String, CaseIterable, Sendable {
        /// Server-sent events, one HTTP/1.1 connection for each viewer.
        case http1
        /// Server-sent events, hundreds of streams on each of a few HTTP/2 connections.
        case http2
        /// Text frames of a WebSocket for each viewer.
        case webSocket = "websocket"
    }

    /// What a viewer who comes back knows of what it saw.
    public enum Memory: String, CaseIterable, Sendable {
        /// It goes on from its last position.
        case resumes
        /// It begins anew.
        case forgets
        /// One half does this, the other that.
        case mixed
    }

    /// Gone to in turn; the next one when one refuses.
    public var addresses: [CrowdAddress]
    /// The stream's path.
    public var path: String
    /// Sent with each request, names in lower case.
    public var headerFields: [(name: String, value: String)] = []
    /// How they watch.
    public var transport = Transport.http1
    /// How many there are.
    public var viewers = 1
    /// HTTP/2 streams on a connection.
    public var streamsPerConnection = 500
    /// Connections and streams that may be on their way to be opened.
    public var openingsAtOnce = 256
    /// Addresses of this machine that they come from: 127.0.0.1 and those behind it.
    public var sources = 1
    /// The first so many never read what they are sent.
    public var stopped = 0
    /// The next so many read one byte a second.
    public var trickling = 0
    /// What they know when they come back.
    public var memory = Memory.resumes
    /// Whether maps are kept and looked after; else frames are only counted.
    public var keepsMaps = true

    /// Viewers of a stream.
    public init(addresses: [CrowdAddress], path: String) {
        precondition(!addresses.isEmpty, "nowhere to go")
        self.addresses = addresses
        self.path = path
    }
}
