import ActorTransport
import Contracts
import Foundation
import TestSupport
import Testing
import Ticketing
import WaitingRoom
import Wire

/// The waiting room of the real executable: holds behind it, the line as gateways follow it, the ranking as anybody
/// computes it again.
struct WaitingRoomServiceTests {
    private static let tokens = WaitingRoomTokens(keys: [(id: "test", secret: [UInt8](repeating: 7, count: 32))])

    private func command(
        _ customer: CustomerID, seat: SeatIndex, admission: String?
    ) -> HoldCommand {
        HoldCommand(
            customerId: customer, idempotencyKey: "key-\(seat)",
            fingerprint: String(repeating: "0", count: 64), seatIndexes: [seat], admissionToken: admission)
    }

    private func code(_ answer: Answer) throws -> ProblemCode? {
        try answer.body?.decode(Problem.self).code
    }

    private func admission(
        _ customer: CustomerID, _ performance: PerformanceID, seconds: Int64 = 60,
        by tokens: WaitingRoomTokens = WaitingRoomServiceTests.tokens
    ) -> String {
        let now = Timestamp.now
        return tokens.text(
            of: AdmissionToken(
                entryID: EntryID(at: now), performanceID: performance, customerID: customer,
                calledAt: now.advanced(bySeconds: seconds - 120), expiresAt: now.advanced(bySeconds: seconds)))
    }

    /// Lets the room's opening, and the pause behind it, be over.
    private func letOpen(_ performance: PerformanceID, _ service: ReservationService) throws {
        _ = try service.databases.server.execute(
            """
            UPDATE waiting_room SET opens_at = opens_at - interval '1 day', listed_at = listed_at - interval '1 day'
            WHERE performance_id = '\(performance)';
            UPDATE performance SET on_sale_at = on_sale_at - interval '1 day' WHERE performance_id = '\(performance)'
            """, in: service.databases.ledger)
    }

    /// Follows the line until something holds of it.
    private func follow(
        _ room: $WaitingRoomContract, _ performance: PerformanceID, presence: PresenceReport? = nil, until what: String,
        _ holds: (LineStanding, [LineStep]) -> Bool
    ) async throws {
        try await eventually(what) {
            let question = LineQuestion(performanceId: performance, gatewayId: "test", presence: presence)
            guard case .line(let standing, let steps) = try await room.follow(question) else { return false }
            return holds(standing, steps)
        }
    }

    @Test func `where the room is on, only who was admitted may hold`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale("--waiting-room", "--admissions-per-minute", "600")
            try await service.admin.waitUntilReady()
            let seats = try service.actors.seatMap(performance)
            let customer = CustomerID(at: .now)
            #expect(
                try code(await seats.hold(command(customer, seat: 1, admission: nil)))
                    == .admissionRequired)
            let stranger = WaitingRoomTokens(keys: [(id: "test", secret: [UInt8](repeating: 8, count: 32))])
            for bad in [
                "nonsense", admission(customer, performance, by: stranger),
                admission(CustomerID(at: .now), performance), admission(customer, PerformanceID(at: .now)),
                admission(customer, performance, seconds: -1),
                Self.tokens.text(
                    of: EntryToken(
                        entryID: EntryID(at: .now), performanceID: performance, customerID: customer, number: 1,
                        issuedAt: .now)),
            ] {
                let refused = try await seats.hold(command(customer, seat: 1, admission: bad))
                #expect(refused.status == 403)
                #expect(try code(refused) == .admissionInvalid)
            }
            let good = command(customer, seat: 1, admission: admission(customer, performance))
            let held = try await seats.hold(good)
            #expect(held.status == 201)
            // The turn is over, and the answer was lost: the same key gives it again, and nothing else.
            let late = admission(customer, performance, seconds: -1)
            let again = try await seats.hold(command(customer, seat: 1, admission: late))
            #expect(again.isReplay && again.body == held.body)
            let without = try await seats.hold(command(customer, seat: 1, admission: nil))
            #expect(without.isReplay && without.body == held.body)
            #expect(
                try code(await seats.hold(command(customer, seat: 2, admission: late)))
                    == .admissionInvalid)

            let sales = PerformanceSalesRequest(
                performanceId: performance, organizerId: CustomerID(at: .now), isAdmin: true)
            let room = try service.actors.waitingRoom(performance)
            let off = WaitingRoomCommand(sales: sales, settings: WaitingRoomSettingsRequest(isOn: false))
            #expect(try await room.change(off).status == 200)
            try await eventually("holds need no admission") {
                try await seats.hold(command(customer, seat: 3, admission: nil)).status == 201
            }
            let on = WaitingRoomCommand(sales: sales, settings: WaitingRoomSettingsRequest(isOn: true))
            #expect(try await room.change(on).status == 200)
            #expect(
                try code(await seats.hold(command(customer, seat: 4, admission: nil)))
                    == .admissionRequired)
            let greedy = WaitingRoomCommand(
                sales: sales, settings: WaitingRoomSettingsRequest(isOn: true, admissionsPerMinuteMax: 0))
            #expect(try code(await room.change(greedy)) == .invalidRequest)
            var foreign = on
            foreign.sales.isAdmin = false
            #expect(try code(await room.change(foreign)) == .notFound)
            #expect(try code(await room.figures(foreign.sales)) == .notFound)
        }
    }

    @Test func `where the room is on, only who was admitted may wait for seats that come back`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale(
                "--waiting-room", "--admissions-per-minute", "600", "--waiting-list-offer-seconds", "120")
            try await service.admin.waitUntilReady()
            let list = try service.actors.fairness(performance)
            let customer = CustomerID(at: .now)
            // Whoever opens the map learns of the room; who does not, a second later.
            let seats = try service.actors.seatMap(performance)
            #expect(
                try code(await seats.hold(command(customer, seat: 1, admission: nil)))
                    == .admissionRequired)
            var wish = WaitingListCommand(
                place: WaitingListQuestion(performanceId: performance, customerId: customer),
                wish: WaitingListRequest(quantity: 1))
            let refused = try await list.joinWaitingList(wish)
            #expect(refused.status == 403)
            #expect(try code(refused) == .admissionRequired)
            for bad in [
                "nonsense", admission(CustomerID(at: .now), performance),
                admission(customer, performance, seconds: -1),
            ] {
                wish.admissionToken = bad
                #expect(try code(await list.joinWaitingList(wish)) == .admissionInvalid)
            }
            #expect(try await list.waitingListEntry(wish.place).status == 404)
            wish.admissionToken = admission(customer, performance)
            #expect(try await list.joinWaitingList(wish).status == 200)
            // Whoever waits already sees the place, and may leave it, without a turn.
            #expect(try await list.waitingListEntry(wish.place).status == 200)
            #expect(try await list.leaveWaitingList(wish.place).status == 204)
        }
    }

    @Test func `those who came before the opening are ranked, called and can be computed again`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale(
                "--waiting-room", "--admissions-per-minute", "600000", "--on-sale-at",
                "\(Timestamp.now.advanced(bySeconds: 43_200))")
            try await service.admin.waitUntilReady()
            let room = try service.actors.waitingRoom(performance)
            var places: [EntryStanding] = []
            for _ in 0..<30 {
                let wish = EntryCommand(performanceId: performance, customerId: CustomerID(at: .now))
                guard case .entered(let standing) = try await room.enter(wish) else {
                    Issue.record("no place")
                    return
                }
                #expect(try await room.enter(wish) == .known(standing))
                #expect(try await room.entry(wish) == .known(standing))
                places.append(standing)
            }
            #expect(places.map(\.number) == Array(1...30))
            #expect(try await room.ranking(RankingQuestion(performanceId: performance)) == .notRanked)
            var seedHash = ""
            try await follow(room, performance, until: "it gathers") { standing, steps in
                seedHash = standing.published.seedHash
                return standing.published.state == .gathering && standing.entryCount == 30 && steps.isEmpty
            }

            try letOpen(performance, service)
            var listHash = ""
            try await follow(room, performance, until: "the list is closed") { standing, _ in
                listHash = standing.published.listHash ?? ""
                return standing.published.listedCount == 30 && !listHash.isEmpty
            }
            try letOpen(performance, service)
            try await follow(room, performance, until: "everybody is called") { standing, steps in
                standing.published.state == .open && steps.last?.front == 30
            }

            let file = try await document(room, performance)
            let lines = file.split(separator: "\n")
            let right = try await service.job(
                "verify-queue", "-", "--seed-hash", seedHash, "--list-hash", listHash, "--entry",
                "\(places[0].entryId)", input: file)
            #expect(right.status == 0, "\(right.output)")
            #expect(right.output.contains("at position "))
            #expect(right.output.contains("whose hashes you noted"))
            let half = try await service.job("verify-queue", "-", "--seed-hash", seedHash, input: file)
            #expect(half.status == 0)
            #expect(half.output.contains("--list-hash") && !half.output.contains("hashes you noted"))
            let moved = ([lines[0], lines[2], lines[1]] + lines.dropFirst(3)).joined(separator: "\n")
            let wrong = try await service.job("verify-queue", "-", input: moved)
            #expect(wrong.status == 1)
            let first = try #require(lines[2].split(separator: "\"").dropFirst().first)
            #expect(wrong.output.contains("At position 1 stands entry \(first)"))
            #expect(try await service.job("verify-queue", "-", input: "{}").status == 2)
            #expect(try await service.job("verify-queue", "/nowhere").status == 2)
        }
    }

    /// The published document, put together as a gateway does.
    private func document(_ room: $WaitingRoomContract, _ performance: PerformanceID) async throws -> String {
        let question = LineQuestion(performanceId: performance, gatewayId: "test")
        guard case .line(let standing, _) = try await room.follow(question) else { return "" }
        let heading = try #require(RankingHeading(standing.published))
        var text = String(decoding: try WireJSON.encode(heading), as: UTF8.self) + "\n"
        var after: Int64? = 0
        while let position = after {
            let answer = try await room.rankedEntries(
                RankedEntriesRequest(performanceId: performance, after: position))
            let page = try #require(try answer.body?.decode(RankedEntriesResource.self))
            text += page.lines
            after = page.nextAfter
        }
        return text
    }

    @Test func `a replica that only watches moves nothing, until it is asked itself`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale("--waiting-room", "--admissions-per-minute", "60")
            try await service.admin.waitUntilReady()
            let room = try service.actors.waitingRoom(performance)
            for _ in 0..<5 {
                _ = try await room.enter(EntryCommand(performanceId: performance, customerId: CustomerID(at: .now)))
            }
            try letOpen(performance, service)
            let question = LineQuestion(performanceId: performance, gatewayId: "test")
            var openAt: Timestamp?
            // What is due by its time is done by whoever looks.
            try await eventually("it looks for three seconds more, at a line that is open") {
                guard case .line(let standing, let steps) = try await room.watch(question) else { return false }
                #expect(standing.front == 0 && steps.isEmpty)
                if standing.published.state == .open, openAt == nil { openAt = standing.readAt }
                return openAt.map { standing.readAt >= $0.advanced(bySeconds: 3) } ?? false
            }
            try await follow(room, performance, until: "somebody is called") { standing, _ in standing.front > 0 }
        }
    }

    @Test func `the line goes on at another process where the first one left it`() async throws {
        try await ReservationService.with { service in
            let performance = try await service.openSale("--waiting-room", "--admissions-per-minute", "60")
            try await service.admin.waitUntilReady()
            let room = try service.actors.waitingRoom(performance)
            let customers = (0..<40).map { _ in CustomerID(at: .now) }
            for customer in customers {
                _ = try await room.enter(EntryCommand(performanceId: performance, customerId: customer))
            }
            try letOpen(performance, service)
            var front: Int64 = 0
            try await follow(room, performance, until: "somebody is called") { standing, _ in
                front = standing.front
                return front > 0
            }
            service.process.signal(SIGKILL)
            _ = try await service.process.ending()
            try service.process.start()
            try await service.admin.waitUntilReady()
            try await follow(room, performance, until: "more are called") { standing, steps in
                #expect(standing.front >= front)
                #expect(steps.map(\.front) == steps.map(\.front).sorted())
                return standing.front > front
            }
            // Nobody lost a place by it.
            for (place, customer) in customers.enumerated() {
                let wish = EntryCommand(performanceId: performance, customerId: customer)
                guard case .known(let standing) = try await room.enter(wish) else {
                    Issue.record("a place was lost")
                    return
                }
                #expect(standing.number == Int64(place + 1))
            }
        }
    }
}
