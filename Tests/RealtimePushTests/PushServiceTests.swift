import Glibc
import HTTP2
import TestSupport
import Testing
import Ticketing
import Wire

/// The executable, with a real Redis and real viewers.
struct PushServiceTests {
    @Test func `two viewers get the same frames, and one channel serves both`() async throws {
        try await PushService.with { service in
            #expect(try service.subscriberCount() == "0")
            let viewers = [try await service.viewer(), try await service.viewer()]
            for viewer in viewers { _ = try await viewer.first(1) }
            try await eventually("the first viewer subscribes") { try service.subscriberCount() == "1" }
            try service.publish(service.ledger.sell(3))
            for viewer in viewers { _ = try await viewer.first(2) }
            try service.publish(service.ledger.sell(4))
            let seen = [try await viewers[0].first(3), try await viewers[1].first(3)]
            #expect(seen[0] == seen[1])
            #expect(seen[0].map(\.name) == ["snapshot", "delta", "delta"])
            #expect(seen[0].map(\.id) == ["1.0", "1.1", "1.2"])
            #expect(try service.subscriberCount() == "1")

            let late = try await service.viewer(lastEventID: "1.1").first(1)[0]
            #expect(late.name == "delta")
            #expect(try late.decode(SeatDelta.self).changes.map(\.seatIndex) == [4])

            for viewer in viewers { viewer.close() }
        }
    }

    @Test func `the last viewer's going ends the subscription`() async throws {
        try await PushService.with { service in
            let viewer = try await service.viewer()
            _ = try await viewer.first(1)
            try await eventually("somebody listens") { try service.subscriberCount() == "1" }
            viewer.close()
            // The channel lingers for ten seconds, for those who come back.
            try await eventually("nobody listens") { try service.subscriberCount() == "0" }
        }
    }

    @Test func `changes that Redis lost, and those while it was gone, are seen all the same`() async throws {
        try await PushService.with { service in
            let viewer = try await service.viewer()
            _ = try await viewer.first(1)
            _ = service.ledger.sell(1)
            try await eventually("what was not published is seen") { viewer.events.last?.id == "1.1" }
            service.redis.process.kill()
            _ = service.ledger.sell(2)
            try await eventually("it is seen without Redis") { viewer.events.last?.id == "1.2" }
            #expect(service.admin.get("/readyz").status == 200)
            try service.redis.process.start()
            try await eventually("the channel is heard again") { (try? service.subscriberCount()) == "1" }
            try service.publish(service.ledger.sell(3))
            try await eventually("and its messages are") { viewer.events.last?.id == "1.3" }
            let seats = try viewer.events.dropFirst().flatMap { try $0.decode(SeatDelta.self).changes }
            #expect(seats.map(\.seatIndex) == [1, 2, 3])
        }
    }

    @Test func `a performance that does not exist has no stream`() async throws {
        try await PushService.with { service in
            for name in ["\(PerformanceID(at: .now))", "nonsense"] {
                let viewer = try await service.viewer(of: name)
                #expect(viewer.status == 404)
            }
        }
    }

    @Test func `a viewer may name sections, if the chart has them`() async throws {
        try await PushService.with { service in
            let viewer = try await service.viewer(sections: "B")
            let snapshot = try await viewer.first(1)[0].decode(SeatSnapshot.self)
            #expect(snapshot.seatRanges == [SeatRange(first: 8, last: 15)])
            try service.publish(service.ledger.sell(3))
            try service.publish(service.ledger.sell(9))
            let delta = try await viewer.first(2)[1].decode(SeatDelta.self)
            #expect(delta.changes.map(\.seatIndex) == [9])
            #expect(try await service.viewer(sections: "B,Z").status == 422)
            #expect(try await service.viewer(sections: "").status == 422)
        }
    }

    @Test func `SIGTERM tells the viewers and ends with 0`() async throws {
        try await PushService.with { service in
            #expect(service.admin.get("/livez").status == 200)
            #expect(service.admin.strangeMetricLines() == [])
            let viewer = try await service.viewer()
            _ = try await viewer.first(1)
            service.process.signal(SIGTERM)
            let ending = try await service.process.ending(within: .seconds(10))
            #expect(ending.status == 0)
            try await eventually("the viewer reads why") { viewer.events.last?.name == "closing" }
        }
    }

    @Test func `a missing setting is one line and 78`() async throws {
        var settings = PushService.settings(redis: 1, ledger: 2, publicPort: 3, admin: 4)
        settings["BOXOFFICE_REDIS_ADDRESS"] = nil
        let ending = try await ServiceProcess.run("realtime-push", settings: settings)
        #expect(ending.status == 78)
        #expect(ending.errors.split(separator: "\n").count == 1)
        #expect(ending.errors.hasPrefix("BOXOFFICE_REDIS_ADDRESS"))
    }

    @Test func `it is not ready while it knows no replica of the ledger`() async throws {
        let port = FreePort.find()
        var settings = PushService.settings(redis: 1, ledger: 2, publicPort: FreePort.find(), admin: port)
        settings["BOXOFFICE_SEAT_RESERVATION_REPLICAS"] = "dns:no-such-name.invalid:8081"
        let process = try ServiceProcess("realtime-push", settings: settings)
        try process.start()
        let admin = AdminPort(port: port)
        try await eventually("it lives") { admin.get("/livez").status == 200 }
        let readiness = admin.get("/readyz")
        #expect(readiness.status == 503)
        #expect(readiness.body.contains("seat-reservation: no replica is known"))
        process.signal(SIGTERM)
        #expect(try await process.ending(within: .seconds(10)).status == 0)
    }
}
