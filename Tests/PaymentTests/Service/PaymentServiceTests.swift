import ActorTransport
import Contracts
import Glibc
import HTTP2
import Logging
import NIOPosix
import TestSupport
import Testing
import Ticketing
import Wire

/// The executable and its jobs, with a real PostgreSQL and Redis.
struct PaymentServiceTests {
    private func settings(_ databases: ServiceDatabases, redis: Int, admin: Int, calls: Int) -> [String: String] {
        databases.settings.merging([
            "BOXOFFICE_INTERNAL_ADDRESS": "127.0.0.1:\(calls)", "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(admin)",
            "BOXOFFICE_SERVICE_KEYS": "test:" + String(repeating: "07", count: 32),
            "BOXOFFICE_SANDBOX_KEYS": "test:" + String(repeating: "08", count: 32),
            "BOXOFFICE_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:\(FreePort.find())/v1/webhooks/sandbox",
            "BOXOFFICE_REDIS_ADDRESS": "127.0.0.1:\(redis)",
        ]) { $1 }
    }

    @Test func `it lives without its tables, is ready with them, answers, proves its books, and stops`() async throws {
        let redis = try RedisServer()
        try redis.process.start()
        defer { redis.process.kill() }
        let databases = try ServiceDatabases()
        let (adminPort, callsPort) = (FreePort.find(), FreePort.find())
        let settings = settings(databases, redis: redis.port, admin: adminPort, calls: callsPort)
        let process = try ServiceProcess("payment", settings: settings)
        try process.start()
        defer { process.signal(SIGKILL) }
        let admin = AdminPort(port: adminPort)
        try await eventually("it lives") { admin.get("/livez").status == 200 }
        #expect(admin.get("/readyz").status == 503)
        #expect(admin.get("/readyz").body.contains("schema: "))

        #expect(try await ServiceProcess.run("seat-reservation", ["migrate"], settings: settings).status == 0)
        try await eventually("the book is what is missing") {
            admin.get("/readyz").body.contains("run payment sandbox-migrate")
        }
        #expect(try await ServiceProcess.run("payment", ["sandbox-migrate"], settings: settings).status == 0)
        try await admin.waitUntilReady()

        try await withActors(at: callsPort) { actors in
            let question = OrderQuestion(orderId: OrderID(at: .now), customerId: CustomerID(at: .now))
            let answer = try await actors.payments("p").order(question)
            #expect(try answer.body?.decode(Problem.self).code == .notFound)
            let list = try await actors.payments("p").orders(
                CustomerListRequest(customerId: question.customerId, limit: 10))
            #expect(try list.body?.decode(ListResource<OrderResource>.self).items == [])
        }
        let audit = try await ServiceProcess.run("payment", ["audit"], settings: settings)
        #expect(audit.status == 0, "\(audit.output)")
        #expect(admin.strangeMetricLines() == [])
        process.signal(SIGTERM)
        #expect(try await process.ending(within: .seconds(10)).status == 0)
    }

    @Test func `a missing setting is one line and 78`() async throws {
        var settings = settings(try ServiceDatabases(), redis: 1, admin: 2, calls: 3)
        settings["BOXOFFICE_SANDBOX_KEYS"] = nil
        let ending = try await ServiceProcess.run("payment", settings: settings)
        #expect(ending.status == 78)
        #expect(ending.errors.split(separator: "\n").count == 1)
        #expect(ending.errors.hasPrefix("BOXOFFICE_SANDBOX_KEYS"))
    }

    private func withActors(at port: Int, _ body: (ContractActors) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        defer { client.shutdown() }
        let directory = ReplicaDirectory([Endpoint(host: "127.0.0.1", port: port)])
        let keys = ServiceKeys([ServiceKeys.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])
        var callSettings = OutboundCalls.Settings()
        // However busy the machine is.
        callSettings.deadlineDefault = .seconds(60)
        let caller = OutboundCalls(
            client: client, service: "test", keys: keys, coding: WireCallCoding(),
            directories: ContractName.served(by: .payment, in: directory), settings: callSettings, logger: logger)
        try await body(ContractActors(system: ServiceActorSystem(coding: WireCallCoding(), caller: caller)))
    }
}
