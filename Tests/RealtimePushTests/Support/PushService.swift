import Glibc
import HTTP2
import HTTPTypes
import Logging
import NIOPosix
import TestSupport
import Wire

/// The real `realtime-push` with a Redis of its own, for the length of one test.
struct PushService {
    let ledger: SmallLedger
    let redis: RedisServer
    let admin: AdminPort
    let process: ServiceProcess
    private let publicPort: Int
    private let client: HTTPClient

    var channel: String { SeatChannel.name(of: ledger.performance) }

    /// The settings that it needs, with a port of its own for each listener.
    static func settings(redis: Int, ledger: Int, publicPort: Int, admin: Int) -> [String: String] {
        [
            "BOXOFFICE_PUBLIC_ADDRESS": "127.0.0.1:\(publicPort)",
            "BOXOFFICE_INTERNAL_ADDRESS": "127.0.0.1:\(FreePort.find())",
            "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(admin)", "BOXOFFICE_SERVICE_KEYS": SmallLedger.keyText,
            "BOXOFFICE_REDIS_ADDRESS": "127.0.0.1:\(redis)",
            "BOXOFFICE_SEAT_RESERVATION_REPLICAS": "127.0.0.1:\(ledger)", "BOXOFFICE_DRAIN_SECONDS": "1",
        ]
    }

    static func with(_ body: (PushService) async throws -> Void) async throws {
        let ledger = try await SmallLedger()
        let redis = try RedisServer()
        try redis.process.start()
        try await eventually("Redis answers") { (try? redis.execute("PING")) == "PONG" }
        let (publicPort, adminPort) = (FreePort.find(), FreePort.find())
        let process = try ServiceProcess(
            "realtime-push",
            settings: settings(redis: redis.port, ledger: ledger.port, publicPort: publicPort, admin: adminPort))
        let client = HTTPClient(
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let service = PushService(
            ledger: ledger, redis: redis, admin: AdminPort(port: adminPort), process: process,
            publicPort: publicPort, client: client)
        let result: Result<Void, any Error>
        do {
            try process.start()
            try await service.admin.waitUntilReady()
            result = .success(try await body(service))
        } catch {
            result = .failure(error)
        }
        client.shutdown()
        process.signal(SIGKILL)
        redis.process.kill()
        await ledger.stop()
        try result.get()
    }

    /// A viewer of the performance, or of another one.
    func viewer(
        of performance: String? = nil, lastEventID: String? = nil, sections: String? = nil
    ) async throws -> EventReader {
        var fields = HTTPFields()
        if let lastEventID { fields[HTTPField.Name("Last-Event-ID")!] = lastEventID }
        let path =
            "/v1/performances/\(performance ?? "\(ledger.performance)")/seats/stream"
            + (sections.map { "?sections=\($0)" } ?? "")
        return try await EventReader.open(
            ClientRequest(path: path, headerFields: fields), at: Endpoint(host: "127.0.0.1", port: publicPort),
            by: client)
    }

    /// Publishes what seat-reservation would.
    func publish(_ delta: SeatDelta) throws {
        try redis.execute("PUBLISH", channel, String(decoding: try WireJSON.encode(delta), as: UTF8.self))
    }

    /// How many connections of this replica listen on the channel.
    func subscriberCount() throws -> String {
        String(try redis.execute("PUBSUB", "NUMSUB", channel).split(separator: "\n").last ?? "")
    }

    private init(
        ledger: SmallLedger, redis: RedisServer, admin: AdminPort, process: ServiceProcess, publicPort: Int,
        client: HTTPClient
    ) {
        self.ledger = ledger
        self.redis = redis
        self.admin = admin
        self.process = process
        self.publicPort = publicPort
        self.client = client
    }
}
