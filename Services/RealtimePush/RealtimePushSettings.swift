import ActorTransport
import Logging
import Redis
import ServiceRuntime
import Shedding

/// The settings of the service, read once at the start.
struct RealtimePushSettings: Sendable {
    let logLevel: Logger.Level
    let listeners: ListenerSettings
    let serviceKeys: SigningKeySet
    let redis: RedisSettings
    let seatReservation: ReplicaSource
    let trustedProxies: [NetworkRange]
    let channels: ChannelSettings
    let intake: IntakeSettings

    init(_ reader: SettingsReader) {
        logLevel = reader.choice("BOXOFFICE_LOG_LEVEL", default: Logger.Level.info, "The least level that is logged.")
        listeners = ListenerSettings(
            prefix: "BOXOFFICE", having: [.publicListener, .internalListener], from: reader)
        serviceKeys = reader.signingKeys("BOXOFFICE_SERVICE_KEYS", "The keys that the services know each other by.")
        let address = reader.address(
            "BOXOFFICE_REDIS_ADDRESS", example: "127.0.0.1:6379", "Where seat changes are heard.")
        let password = reader.optionalSecret("BOXOFFICE_REDIS_PASSWORD", "The password of Redis.")
        redis = RedisSettings(host: address.host, port: address.port, password: password?.exposed)
        seatReservation = reader.replicas("BOXOFFICE_SEAT_RESERVATION_REPLICAS", "The replicas of seat-reservation.")
        trustedProxies = reader.networks(
            "BOXOFFICE_TRUSTED_PROXIES", "The balancers that many people's streams come through.")
        var channels = ChannelSettings()
        channels.mergeWindow = reader.duration(
            "BOXOFFICE_FRAME_MILLISECONDS", default: 100, in: 10...5_000,
            "A viewer's frames are this far apart at least.")
        channels.viewersMax = reader.int(
            "BOXOFFICE_VIEWERS_MAX", default: channels.viewersMax, in: 1...1_000_000, unit: "viewers",
            "Streams open at this replica.")
        channels.channelsMax = reader.int(
            "BOXOFFICE_CHANNELS_MAX", default: channels.channelsMax, in: 1...1_000_000, unit: "performances",
            "Performances that are watched at this replica.")
        channels.drainWindow = reader.duration(
            "BOXOFFICE_DRAIN_SECONDS", default: 5, in: 0...8,
            "Over how long a stop spreads the ends of the streams.")
        self.channels = channels
        intake = reader.intake(.behindOthers)
    }
}
