import Logging
import Redis
import ServiceRuntime
import Ticketing
import Wire

/// The channels of this replica: made by their first viewer, dropped some time after their last.
actor ChannelHub {
    private struct Entry {
        let channel: PerformanceChannel
        let task: Task<Void, Never>
        var isQuietSince: ContinuousClock.Instant?
    }

    private let settings: ChannelSettings
    private let ledger: any SeatLedger
    private let redis: RedisClient
    private let logger: Logger
    private var entries: [PerformanceID: Entry] = [:]
    private(set) var isDraining = false

    init(settings: ChannelSettings, ledger: any SeatLedger, redis: RedisClient, logger: Logger) {
        self.settings = settings
        self.ledger = ledger
        self.redis = redis
        self.logger = logger
    }

    /// The performance's channel; nil when this replica has as many channels as it may, or is about to stop.
    func channel(of performance: PerformanceID) -> PerformanceChannel? {
        guard !isDraining else { return nil }
        if var entry = entries[performance] {
            entry.isQuietSince = nil
            entries[performance] = entry
            return entry.channel
        }
        guard entries.count < settings.channelsMax else { return nil }
        let channel = PerformanceChannel(performance: performance, settings: settings, ledger: ledger, logger: logger)
        let messages = redis.subscribe(SeatChannel.name(of: performance))
        entries[performance] = Entry(channel: channel, task: Task { await channel.run(hearing: messages) })
        return channel
    }

    /// The performance's channel if somebody watches it here.
    func knownChannel(of performance: PerformanceID) -> PerformanceChannel? {
        entries[performance]?.channel
    }

    /// Viewers of all channels.
    var viewerCount: Int { entries.values.reduce(0) { $0 + $1.channel.board.viewerCount } }

    /// Drops the channels that nobody watched for a while; called every second.
    func sweep(at now: ContinuousClock.Instant) {
        for (performance, var entry) in entries {
            if entry.channel.board.viewerCount > 0 {
                entry.isQuietSince = nil
            } else if let since = entry.isQuietSince, now - since > settings.lingerInterval {
                entry.task.cancel()
                entries[performance] = nil
                continue
            } else if entry.isQuietSince == nil {
                entry.isQuietSince = now
            }
            entries[performance] = entry
        }
    }

    /// No new viewers; those who are here are told to come back elsewhere, the same number in each part of the window.
    func drain() async {
        isDraining = true
        let boards = entries.values.map(\.channel.board)
        let steps = DrainPace(count: viewerCount, window: settings.drainWindow).steps
        for left in stride(from: steps, to: 0, by: -1) where viewerCount > 0 {
            for board in boards { board.close(oneIn: left, .draining) }
            try? await Task.sleep(for: DrainPace.step)
        }
        for board in boards { board.close(.draining) }
    }

    /// Ends every channel.
    func stop() {
        for entry in entries.values { entry.task.cancel() }
        entries = [:]
    }
}
