import ActorTransport
import Contracts
import Foundation
import Glibc
import TestSupport
import Testing
import Ticketing
import Wire

/// The executable and its jobs, with a real PostgreSQL and Redis.
struct ReservationServiceTests {
    @Test func `it lives without a schema, is ready with one, and sells a stadium`() async throws {
        try await ReservationService.with { service in
            try await eventually("it lives") { service.admin.get("/livez").status == 200 }
            try await eventually("it has asked for the schema") {
                service.admin.get("/readyz").body.contains("schema: ")
            }
            #expect(service.admin.get("/readyz").status == 503)
            let performance = try await service.openSale()
            try await service.admin.waitUntilReady()
            #expect(try await service.job("migrate").output == "The ledger is up to date.\n")
            try await eventually("the map of a sale that opened lately is read before anybody asks") {
                service.admin.get("/metrics").body.contains(#"map_readings_total{kind="whole"} 1"#)
            }

            let account = try await service.actors.customers("a").register(
                CustomerRegistrationRequest(email: "a@example.com", password: "correct horse", name: "A"))
            #expect(account.status == 201)
            let customer = try #require(try account.body?.decode(CustomerResource.self)).customerId
            let seats = try service.actors.seatMap(performance)
            let command = HoldCommand(
                customerId: customer, idempotencyKey: "one",
                fingerprint: String(repeating: "0", count: 64), seatIndexes: [3, 4])
            let held = try await seats.hold(command)
            #expect(held.status == 201)
            #expect(try held.body?.decode(HoldResource.self).seatIndexes == [3, 4])
            let again = try await seats.hold(command)
            #expect(again.isReplay)
            #expect(again.body == held.body)

            let rival = HoldCommand(
                customerId: CustomerID(at: .now), idempotencyKey: "two",
                fingerprint: String(repeating: "1", count: 64), seatIndexes: [4, 5])
            let refused = try await seats.hold(rival)
            let problem = try #require(try refused.body?.decode(Problem.self))
            #expect(problem.code == .seatTaken)
            #expect(problem.seatIndexes == [4])
            guard case .snapshot(let map) = try await seats.seats(SeatsQuestion(performanceId: performance)) else {
                Issue.record("no snapshot")
                return
            }
            #expect(try #require(map.packedStates).counts()[Int(SeatState.held.rawValue)] == 2)
            let nobody = PerformanceID(at: .now)
            await #expect(throws: CallFailure(.unknownActor, detail: "seat-map has no actor of this name")) {
                try await service.actors.seatMap(nobody).sequence(SequenceQuestion(performanceId: nobody))
            }

            // No page gave such a cursor; its instant is before all that can be told.
            let hostile = try await service.actors.catalogue("events").events(
                EventListRequest(limit: 1, cursor: "-1y2p0ij32e8e8.00000000-0000-0000-0000-000000000000"))
            #expect(try hostile.body?.decode(Problem.self).code == .invalidRequest)
            #expect(service.admin.strangeMetricLines() == [])
            service.process.signal(SIGTERM)
            #expect(try await service.process.ending(within: .seconds(10)).status == 0)
        }
    }

    @Test func `in another epoch, begun while it serves, everybody is sent the whole map`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale()
            try await service.admin.waitUntilReady()
            let seats = try service.actors.seatMap(performance)
            guard case .snapshot(let map) = try await seats.seats(SeatsQuestion(performanceId: performance)) else {
                Issue.record("no snapshot")
                return
            }
            let question = SeatsQuestion(performanceId: performance, after: map.position)
            guard case .delta = try await seats.seats(question) else {
                Issue.record("no delta within an epoch")
                return
            }

            #expect(try await service.job("begin-epoch").output.hasPrefix("The ledger is in epoch "))

            guard case .snapshot(let anew) = try await seats.seats(question) else {
                Issue.record("a delta from another epoch")
                return
            }
            #expect(anew.epoch > map.epoch)
            #expect(anew.states == map.states)
            let held = try await seats.hold(
                HoldCommand(
                    customerId: CustomerID(at: .now), idempotencyKey: "one",
                    fingerprint: String(repeating: "0", count: 64), seatIndexes: [3]))
            #expect(held.status == 201)
            guard
                case .delta(let delta) = try await seats.seats(
                    SeatsQuestion(performanceId: performance, after: anew.position))
            else {
                Issue.record("no delta within the new epoch")
                return
            }
            #expect(delta.epoch == anew.epoch && delta.changes.map(\.seatIndex) == [3])
            service.process.signal(SIGTERM)
            #expect(try await service.process.ending(within: .seconds(10)).status == 0)
        }
    }

    @Test func `a job that needs an account, a chart or a price says what is missing`() async throws {
        try await ReservationService.with { service in
            try await service.job("migrate")
            let noPassword = try await service.job("create-organizer", "--email", "a@example.com")
            #expect(noPassword.status != 0)
            #expect(noPassword.errors.contains("--password-stdin"))
            let noOrganizer = try await service.job(
                "create-event", "--title", "Night", "--venue", "Hall", "--organizer", "nobody@example.com", "--chart",
                "\(SeatingChartID(at: .now))", "--starts-at", "2099-11-21T19:00:00Z")
            #expect(noOrganizer.status != 0)
            #expect(noOrganizer.errors.contains("nobody@example.com"))
            let noFile = try await service.job("import-chart", "/nowhere.csv")
            #expect(noFile.status != 0)
            #expect(noFile.errors.contains("/nowhere.csv can't be read."))
        }
    }

    @Test func `an ambiguous chart is refused with the ids at fault, and nothing is kept`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "chart-\(UUID()).csv")
        try "section,row,seat,x,y,category\nA,1,1,0,0,g\nA,1,1,1,0,g\nA,1,2,2,0,g\n"
            .write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let databases = try ServiceDatabases()
        #expect(try await ServiceProcess.run("seat-reservation", ["migrate"], settings: databases.settings).status == 0)
        let refused = try await ServiceProcess.run(
            "seat-reservation", ["import-chart", file.path], settings: databases.settings)
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("A-1-1"))
        #expect(refused.errors.contains("--repair"))
        #expect(try databases.server.execute("SELECT count(*) FROM chart", in: databases.ledger) == "0")
        let mended = try await ServiceProcess.run(
            "seat-reservation", ["import-chart", file.path, "--repair"], settings: databases.settings)
        #expect(mended.status == 0)
        #expect(mended.output.contains("\"seat_count\":3"))
        #expect(try databases.server.execute("SELECT count(*) FROM chart", in: databases.ledger) == "1")
    }

    @Test func `it starts before its ledger and says that it waits`() async throws {
        let port = FreePort.find()
        let process = try ServiceProcess(
            "seat-reservation",
            settings: [
                "BOXOFFICE_INTERNAL_ADDRESS": "127.0.0.1:\(FreePort.find())",
                "BOXOFFICE_ADMIN_ADDRESS": "127.0.0.1:\(port)",
                "BOXOFFICE_SERVICE_KEYS": "test:" + String(repeating: "07", count: 32),
                "BOXOFFICE_ADMISSION_KEYS": "test:" + String(repeating: "07", count: 32),
                "BOXOFFICE_REDIS_ADDRESS": "127.0.0.1:\(FreePort.find())",
                "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:\(FreePort.find())", "BOXOFFICE_DATABASE_NAME": "none",
                "BOXOFFICE_DATABASE_USER": "nobody",
            ])
        try process.start()
        let admin = AdminPort(port: port)
        try await eventually("it lives") { admin.get("/livez").status == 200 }
        #expect(admin.get("/readyz").status == 503)
        #expect(admin.get("/readyz").body.contains("ledger: "))
        process.signal(SIGTERM)
        #expect(try await process.ending(within: .seconds(10)).status == 0)
    }

    @Test func `a missing setting is one line and 78`() async throws {
        let ending = try await ServiceProcess.run(
            "seat-reservation", ["migrate"],
            settings: [
                "BOXOFFICE_DATABASE_NAME": "ledger", "BOXOFFICE_DATABASE_OWNER_USER": "owner",
            ])
        #expect(ending.status == 78)
        #expect(ending.errors.split(separator: "\n").count == 1)
        #expect(ending.errors.hasPrefix("BOXOFFICE_DATABASE_HOSTS"))
    }
}
