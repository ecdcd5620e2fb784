import LedgerStore
import Logging
import Postgres
import Redis
import ServiceRuntime
import Shedding

/// The settings of the service, read once at the start.
struct SeatReservationSettings: Sendable {
    let logLevel: Logger.Level
    let listeners: ListenerSettings
    let serviceKeys: SigningKeySet
    let ledger: PostgresSettings
    let redis: RedisSettings
    let door: DoorSettings
    let admission: AdmissionSettings
    /// Nil for none.
    let canaryInterval: Duration?
    let passwordThreads: Int
    let passwordsWaitingMax: Int
    let intake: IntakeSettings

    init(_ reader: SettingsReader) {
        logLevel = reader.choice("BOXOFFICE_LOG_LEVEL", default: Logger.Level.info, "The least level that is logged.")
        listeners = ListenerSettings(prefix: "BOXOFFICE", having: [.internalListener], from: reader)
        serviceKeys = reader.signingKeys("BOXOFFICE_SERVICE_KEYS", "The keys that the services know each other by.")
        ledger = SeatReservationDatabase.asService(reader)
        let address = reader.address(
            "BOXOFFICE_REDIS_ADDRESS", example: "127.0.0.1:6379", "Where seat changes are published.")
        let password = reader.optionalSecret("BOXOFFICE_REDIS_PASSWORD", "The password of Redis.")
        redis = RedisSettings(host: address.host, port: address.port, password: password?.exposed)
        var door = DoorSettings()
        door.batchItemsMax = reader.int(
            "BOXOFFICE_BATCH_ITEMS_MAX", default: door.batchItemsMax, in: 1...1024, unit: "requests",
            "Requests in one batch at the seats' door.")
        door.queueLengthMax = reader.int(
            "BOXOFFICE_BATCH_QUEUE_MAX", default: door.queueLengthMax, in: 1...1_000_000, unit: "requests",
            "Requests that wait for one performance; more are refused as overloaded.")
        self.door = door
        admission = AdmissionSettings(reader)
        let canarySeconds = reader.int(
            "BOXOFFICE_CANARY_SECONDS", default: 5, in: 0...3_600, unit: "seconds",
            "How often the canary's map changes; 0 for no canary.")
        canaryInterval = canarySeconds > 0 ? .seconds(canarySeconds) : nil
        passwordThreads = reader.int(
            "BOXOFFICE_PASSWORD_THREADS", default: 1, in: 1...64, unit: "threads",
            "Threads that hash passwords, beside those that sell.")
        passwordsWaitingMax = reader.int(
            "BOXOFFICE_PASSWORDS_WAITING_MAX", default: 64, in: 1...10_000, unit: "passwords",
            "Passwords that wait to be hashed; more are refused as overloaded.")
        intake = reader.intake(.behindOthers)
    }
}
