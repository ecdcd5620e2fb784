import ActorTransport
import Contracts
import Foundation
import Glibc
import HTTP2
import Logging
import NIOPosix
import TestSupport
import Testing
import Ticketing

/// The real `seat-reservation` and its jobs, with a ledger and a Redis of their own, for the length of one test.
struct ReservationService {
    private static let keyText = "test:" + String(repeating: "07", count: 32)
    private static let keys = ServiceKeys([ServiceKeys.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])
    private static let charts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Services/SeatReservation/Charts/rakuten-taoyuan").path

    let process: ServiceProcess
    let admin: AdminPort
    let settings: [String: String]
    let databases: ServiceDatabases
    /// The service's actors, over the network.
    let actors: ContractActors

    /// Starts the service; its ledger is empty.
    static func with(_ body: (ReservationService) async throws -> Void) async throws {
        let redis = try RedisServer()
        try redis.process.start()
        let (internalPort, adminPort) = (FreePort.find(), FreePort.find())
        let databases = try ServiceDatabases()
        var settings = databases.settings
        settings["BOXOFFICE_INTERNAL_ADDRESS"] = "127.0.0.1:\(internalPort)"
        settings["BOXOFFICE_ADMIN_ADDRESS"] = "127.0.0.1:\(adminPort)"
        settings["BOXOFFICE_SERVICE_KEYS"] = keyText
        settings["BOXOFFICE_ADMISSION_KEYS"] = keyText
        settings["BOXOFFICE_REDIS_ADDRESS"] = "127.0.0.1:\(redis.port)"
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let directory = ReplicaDirectory([Endpoint(host: "127.0.0.1", port: internalPort)])
        var callSettings = OutboundCalls.Settings()
        // However busy the machine is: many such services start beside each other.
        callSettings.deadlineDefault = .seconds(60)
        let caller = OutboundCalls(
            client: client, service: "test", keys: keys, coding: WireCallCoding(),
            directories: ContractName.served(by: .seatReservation, in: directory), settings: callSettings,
            logger: logger)
        let service = ReservationService(
            process: try ServiceProcess("seat-reservation", settings: settings), admin: AdminPort(port: adminPort),
            settings: settings, databases: databases,
            actors: ContractActors(system: ServiceActorSystem(coding: WireCallCoding(), caller: caller)))
        let result: Result<Void, any Error>
        do {
            try service.process.start()
            result = .success(try await body(service))
        } catch {
            result = .failure(error)
        }
        client.shutdown()
        service.process.signal(SIGKILL)
        redis.process.kill()
        try result.get()
    }

    /// Runs a job of the service with the same settings.
    @discardableResult
    func job(_ arguments: String..., input: String = "") async throws -> ServiceProcess.Ending {
        try await ServiceProcess.run("seat-reservation", arguments, settings: settings, input: input)
    }

    /// Puts the stadium up for sale as an operator would, and answers the performance.
    func openSale(_ options: String...) async throws -> PerformanceID {
        #expect(try await job("migrate").status == 0)
        let organizer = try await job(
            "create-organizer", "--email", "organizer@example.com", "--password-stdin", input: "correct horse\n")
        #expect(organizer.status == 0, "\(organizer.errors)")
        let chart = try await job(
            "import-chart", "\(Self.charts)/chart.csv", "--layout", "\(Self.charts)/layout.json")
        #expect(chart.status == 0, "\(chart.errors)")
        #expect(chart.errors.contains("seats in"))
        let imported = try member(Imported.self, of: chart)
        let prices = imported.priceLevelIds.flatMap { ["--price", "\($0)=50000"] }
        let event = try await ServiceProcess.run(
            "seat-reservation",
            [
                "create-event", "--title", "Night", "--venue", "Stadium", "--organizer", "organizer@example.com",
                "--chart", imported.chartId, "--starts-at", "2099-11-21T19:00:00Z", "--service-fee", "1000",
            ] + prices + options, settings: settings)
        #expect(event.status == 0, "\(event.errors)")
        return try #require(PerformanceID(try member(Created.self, of: event).performanceId))
    }

    private struct Imported: Decodable {
        let chartId: String
        let priceLevelIds: [String]
    }

    private struct Created: Decodable {
        let performanceId: String
    }

    private func member<Value: Decodable>(_ type: Value.Type, of ending: ServiceProcess.Ending) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(ending.output.utf8))
    }

    private init(
        process: ServiceProcess, admin: AdminPort, settings: [String: String], databases: ServiceDatabases,
        actors: ContractActors
    ) {
        self.process = process
        self.admin = admin
        self.settings = settings
        self.databases = databases
        self.actors = actors
    }
}
