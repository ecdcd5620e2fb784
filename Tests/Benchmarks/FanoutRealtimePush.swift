import ActorTransport
import Foundation
import HTTPTypes
import TestSupport
import Ticketing
import ViewerCrowd
import Wire

/// Our own: the real realtime-push behind a real Redis, before a ledger that never changes.
struct FanoutRealtimePush: FanoutServer {
    let process: Child
    private let redis: RedisServer
    private let ledger: FanoutLedger
    private let connection: PlainSocket
    private let publicPort: Int
    private let internalPort: Int

    init() async throws {
        redis = try RedisServer()
        try redis.process.start()
        ledger = try await FanoutLedger()
        (publicPort, internalPort) = (FreePort.find(), FreePort.find())
        let admin = AdminPort(port: FreePort.find())
        process = try Child(
            CommandLine.siblingProgram("realtime-push"), [], isReadyOn: publicPort,
            environment: [
                "BOXOFFICE_PUBLIC_ADDRESS": "127.0.0.1:\(publicPort)",
                "BOXOFFICE_INTERNAL_ADDRESS": "127.0.0.1:\(internalPort)",
                "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(admin.port)",
                "BOXOFFICE_SERVICE_KEYS": FanoutLedger.keyText, "BOXOFFICE_REDIS_ADDRESS": "127.0.0.1:\(redis.port)",
                "BOXOFFICE_SEAT_RESERVATION_REPLICAS": "127.0.0.1:\(ledger.port)",
            ])
        try await admin.waitUntilReady()
        connection = try PlainSocket(port: redis.port)
    }

    func viewers(over transport: CrowdSettings.Transport) -> CrowdSettings {
        let isShared = transport == .http2
        var settings = CrowdSettings(
            addresses: [CrowdAddress(port: isShared ? internalPort : publicPort)],
            path: "/v1/performances/\(ledger.performance)/seats/stream")
        if isShared {
            // As gateways have them: on a link between services.
            let credential = ServiceCredential(service: "gateway", keys: FanoutLedger.keys)
            settings.headerFields = [(CallHeaders.credential.canonicalName, credential.current())]
        }
        return settings
    }

    func publish(_ number: Int) throws {
        let (channel, text) = (SeatChannel.name(of: ledger.performance), FanoutMessage.text(number))
        try connection.write(
            "*3\r\n$7\r\nPUBLISH\r\n$\(channel.utf8.count)\r\n\(channel)\r\n$\(text.utf8.count)\r\n\(text)\r\n")
        _ = try connection.read()
    }

    func stop() async {
        process.stop()
        redis.process.kill()
        await ledger.stop()
    }
}
