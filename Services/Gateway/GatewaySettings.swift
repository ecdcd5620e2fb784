import ActorTransport
import HTTP2
import Logging
import ServiceRuntime

/// The settings of the gateway, read once at the start.
struct GatewaySettings: Sendable {
    let logLevel: Logger.Level
    let listeners: ListenerSettings
    let server: HTTPServerSettings
    let serviceKeys: SigningKeySet
    let sessionKeys: SigningKeySet
    let fingerprintKeys: SigningKeySet
    let waiting: WaitingSettings
    let seatReservation: ReplicaSource
    let payment: ReplicaSource
    let realtimePush: ReplicaSource
    let webRoot: String
    let openAPIFile: String
    let sessionSeconds: Int
    let cookieIsSecure: Bool
    let trustedProxies: [NetworkRange]
    let callDeadline: Duration
    let drainWindow: Duration
    let shedding: SheddingSettings
    let challenges: ChallengeSettings

    init(_ reader: SettingsReader) {
        logLevel = reader.choice("BOXOFFICE_LOG_LEVEL", default: Logger.Level.info, "The least level that is logged.")
        listeners = ListenerSettings(prefix: "BOXOFFICE", having: [.publicListener], from: reader)
        serviceKeys = reader.signingKeys("BOXOFFICE_SERVICE_KEYS", "The keys that the services know each other by.")
        sessionKeys = reader.signingKeys("BOXOFFICE_SESSION_KEYS", "The keys that sign session tokens.")
        fingerprintKeys = reader.signingKeys(
            "BOXOFFICE_FINGERPRINT_KEYS", "The key that tells whether a repeated request is the same; the first counts."
        )
        waiting = WaitingSettings(reader)
        seatReservation = reader.replicas("BOXOFFICE_SEAT_RESERVATION_REPLICAS", "The replicas of seat-reservation.")
        payment = reader.replicas("BOXOFFICE_PAYMENT_REPLICAS", "The replicas of payment.")
        realtimePush = reader.replicas("BOXOFFICE_REALTIME_PUSH_REPLICAS", "The replicas of realtime-push.")
        webRoot = reader.string("BOXOFFICE_WEB_ROOT", example: "Services/Gateway/Web", "The folder of the page.")
        openAPIFile = reader.string(
            "BOXOFFICE_OPENAPI_FILE", example: "Services/Gateway/openapi.yaml", "The description of the API.")
        sessionSeconds = reader.int(
            "BOXOFFICE_SESSION_SECONDS", default: 86_400, in: 60...31_536_000, unit: "seconds",
            "How long a sign-in lasts.")
        cookieIsSecure = reader.bool(
            "BOXOFFICE_COOKIE_SECURE", default: false,
            "Send the session's cookie over TLS only, also to clients of whom no trusted proxy says that they use it.")
        trustedProxies = reader.networks(
            "BOXOFFICE_TRUSTED_PROXIES", "The peers whose Forwarded header (RFC 7239) is believed.")
        callDeadline = reader.duration(
            "BOXOFFICE_CALL_DEADLINE_MILLISECONDS", default: 8_000, in: 100...600_000,
            "How long a service may take to answer.")
        drainWindow = reader.duration(
            "BOXOFFICE_DRAIN_SECONDS", default: 5, in: 0...8,
            "Over how long a stop spreads the ends of the live maps' streams.")
        challenges = Self.challenges(reader)
        server = Self.server(reader)
        shedding = SheddingSettings(reader)
    }

    private static func challenges(_ reader: SettingsReader) -> ChallengeSettings {
        var challenges = ChallengeSettings()
        challenges.holdsPerSecond = reader.int(
            "BOXOFFICE_CHALLENGE_HOLDS_PER_SECOND", default: challenges.holdsPerSecond, in: 0...1_000_000,
            unit: "requests",
            "Wishes for seats in a second at this gateway from which on each costs a little work; 0 for never.")
        challenges.bitsMax = reader.int(
            "BOXOFFICE_CHALLENGE_BITS_MAX", default: challenges.bitsMax, in: challenges.bitsMin...28, unit: "bits",
            "The most work: two to the power of it hashes.")
        challenges.waitSeconds = reader.int(
            "BOXOFFICE_CHALLENGE_WAIT_SECONDS", default: challenges.waitSeconds, in: 1...600, unit: "seconds",
            "The plain wait that takes the place of the work.")
        return challenges
    }

    private static func server(_ reader: SettingsReader) -> HTTPServerSettings {
        var server = HTTPServerSettings()
        server.reusesPort = true
        server.headerBytesMax = reader.int(
            "BOXOFFICE_HEADER_BYTES_MAX", default: server.headerBytesMax, in: 1_024...1_048_576, unit: "bytes",
            "Header bytes of a request.")
        server.headerFieldsMax = reader.int(
            "BOXOFFICE_HEADER_FIELDS_MAX", default: server.headerFieldsMax, in: 8...10_000, unit: "fields",
            "Header fields of a request.")
        server.bodyBytesMax = reader.int(
            "BOXOFFICE_BODY_BYTES_MAX", default: server.bodyBytesMax, in: 1_024...67_108_864, unit: "bytes",
            "Bytes of a request's body.")
        server.streamsMax = reader.int(
            "BOXOFFICE_STREAMS_MAX", default: server.streamsMax, in: 1...100_000, unit: "requests",
            "Requests in flight on one HTTP/2 connection.")
        server.connectionsMax = reader.int(
            "BOXOFFICE_CONNECTIONS_MAX", default: server.connectionsMax, in: 1...1_000_000, unit: "connections",
            "Open connections.")
        server.idleMilliseconds = reader.int(
            "BOXOFFICE_IDLE_MILLISECONDS", default: server.idleMilliseconds, in: 1_000...3_600_000,
            unit: "milliseconds", "A connection without a request is closed after this time.")
        return server
    }
}
