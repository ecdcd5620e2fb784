/// The times of a channel.
struct ChannelSettings: Sendable {
    /// Frames of a viewer are at least this far apart.
    var mergeWindow: Duration = .milliseconds(100)
    /// How often the ledger is asked while the channel is heard: Redis loses messages without a word.
    var checkInterval: Duration = .seconds(2)
    /// How often it is asked while the channel is not heard.
    var checkIntervalDeaf: Duration = .seconds(1)
    /// How often a quiet stream shows that it lives.
    var heartbeatInterval: Duration = .seconds(15)
    /// How long a channel without viewers is kept, for those who come back.
    var lingerInterval: Duration = .seconds(10)
    /// How long a viewer waits for a map.
    var openingMax: Duration = .seconds(3)
    /// Over how long a drain spreads the ends of the streams.
    var drainWindow: Duration = .seconds(5)
    /// Channels of a replica.
    var channelsMax = 4096
    /// Viewers of a replica.
    var viewersMax = 15_000
    /// The different sections that a viewer may name.
    var sectionsMax = 64
}
