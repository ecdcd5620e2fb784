import ActorTransport
import Contracts
import HTTP2
import HTTPTypes
import Logging
import Sessions
import Shedding
import Synchronization
import Testing
import Ticketing
import WaitingRoom
import Wire

@testable import Gateway

/// Waiting for one's turn, as it crosses the edge; seat-reservation is a script.
struct WaitingRoomRoutesTests {
    static let performance = PerformanceID(high: 1, low: 2)
    static let room = "/v1/performances/\(performance)/waiting-room"
    private static let listed = (1...4).map { EntryID(high: 7, low: UInt64($0)) }

    let edge: Edge

    init() throws {
        edge = try Edge()
    }

    /// What the script answers.
    final class Script: Sendable {
        let line = Mutex<LineAnswer>(.noRoom)
        let entries = Mutex<[CustomerID: EntryStanding]>([:])
        let looks = Mutex(0)
    }

    func script(
        _ state: WaitingRoomState, entries count: Int64 = 100, front: Int64 = 0, isOn: Bool = true
    )
        -> Script
    {
        let script = Script()
        script.line.withLock { $0 = Self.line(state, entries: count, front: front, isOn: isOn) }
        let services = edge.services
        services.answer("waiting-room/follow") { script.line.withLock { $0 } }
        services.answer("waiting-room/ranking") {
            RankingAnswer.numbers(Ranking(numbers: [3, 1, 4, 2])?.packed ?? "")
        }
        services.answer("waiting-room/enter") { try Self.enter(services, script) }
        services.answer("waiting-room/entry") {
            script.looks.withLock { $0 += 1 }
            let command = try WireJSON.decode(EntryCommand.self, from: services.calls.last?.body ?? [])
            return script.entries.withLock { $0[command.customerId] }.map { EntryAnswer.known($0) }
                ?? EntryAnswer.noPlace
        }
        return script
    }

    private static func enter(_ services: ScriptedServices, _ script: Script) throws -> EntryAnswer {
        let command = try WireJSON.decode(EntryCommand.self, from: services.calls.last?.body ?? [])
        return script.entries.withLock { entries in
            if let known = entries[command.customerId] { return .known(known) }
            let number = Int64(entries.count + 1)
            let made = EntryStanding(
                entryId: EntryID(high: 7, low: UInt64(number)), number: number, turn: 1, enteredAt: .now)
            entries[command.customerId] = made
            return .entered(made)
        }
    }

    /// A line with a list of four, called up to a front.
    private static func line(_ state: WaitingRoomState, entries: Int64, front: Int64, isOn: Bool) -> LineAnswer {
        let now = Timestamp.now
        let isRanked = state == .open
        let published = PublishedWaitingRoomResource(
            performanceId: performance, state: state, opensAt: now.advanced(bySeconds: state == .gathering ? 600 : -60),
            seedHash: String(repeating: "a", count: 64),
            listHash: state == .gathering ? nil : String(repeating: "b", count: 64),
            listedCount: state == .gathering ? nil : 4, listedAt: state == .gathering ? nil : now,
            seed: isRanked ? String(repeating: "c", count: 64) : nil, seedPublishedAt: isRanked ? now : nil,
            rankingUrl: isRanked ? "\(room)/ranking" : nil)
        let steps =
            front == 0
            ? [] : [LineStep(sequence: 1, front: front, admittedCount: front, steppedAt: now.advanced(bySeconds: -5))]
        let standing = LineStanding(
            published: published, isOn: isOn, entryCount: entries, front: front, admittedCount: front,
            admissionSeconds: 600,
            forecast: LineForecast(
                presentAhead: [0, Int(entries - front)], admissionsPerSecond: 1, admissionsError: 0.1,
                leavingPerSecond: 0, seatsLeft: 1_000, seatsPerAdmission: 2, isSoldOut: false),
            readAt: now)
        return .line(standing, steps: steps)
    }

    func place(_ answer: (status: Int, fields: HTTPFields, body: [UInt8])) throws -> EntryResource {
        try WireJSON.decode(EntryResource.self, from: answer.body)
    }

    private func code(_ answer: (status: Int, fields: HTTPFields, body: [UInt8])) throws -> ProblemCode {
        try WireJSON.decode(Problem.self, from: answer.body).code
    }

    // MARK: Entering

    @Test func `entering twice, from another tab or device, is entering once`() async throws {
        _ = script(.gathering)
        let session = edge.session()
        let first = try await edge.call(.post, Self.room + "/entries", as: session)
        #expect(first.status == 201)
        let place = try place(first)
        #expect(place.state == .gathering && place.position == nil && place.entryToken != nil)
        let cookie = try #require(first.fields[.setCookie])
        for part in ["entry=", "HttpOnly", "Secure", "SameSite=Lax", "Path=\(Self.room);"] {
            #expect(cookie.contains(part))
        }
        let again = try await edge.call(.post, Self.room + "/entries", as: session)
        #expect(again.status == 200)
        #expect(try self.place(again).entryId == place.entryId)
    }

    @Test func `who is not signed in, and who has no room to enter, is told so`() async throws {
        _ = script(.gathering)
        #expect(try await edge.call(.post, Self.room + "/entries").status == 401)
        edge.services.answer("waiting-room/enter") { EntryAnswer.noRoom }
        #expect(try await edge.call(.post, Self.room + "/entries", as: edge.session()).status == 404)
        edge.services.answer("waiting-room/enter") { EntryAnswer.saleEnded }
        let ended = try await edge.call(.post, Self.room + "/entries", as: edge.session())
        #expect(try code(ended) == .saleEnded)
        edge.services.answer("waiting-room/enter") { EntryAnswer.full }
        #expect(try await edge.call(.post, Self.room + "/entries", as: edge.session()).status == 503)
    }

    @Test func `who can't be told a place has none made`() async throws {
        _ = script(.gathering)
        edge.services.answer("waiting-room/follow") { () -> LineAnswer in throw CallFailure(.overloaded) }
        let refused = try await edge.call(.post, Self.room + "/entries", as: edge.session())
        #expect(refused.status == 503)
        #expect(!edge.services.calls.contains { $0.route == "waiting-room/enter" })
    }

    @Test func `a line that may not exist is asked for like any place, and followed as what matters most`() async throws
    {
        _ = script(.gathering)
        #expect(try await edge.call(.get, Self.room).status == 200)
        let follows = edge.services.calls.filter { $0.route == "waiting-room/follow" }
        #expect(follows.map(\.priority) == [.place, .pay])
    }

    @Test func `those who enter leave room for the question that they wait for`() async throws {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (1, 1, 1)
        settings.burstWait = .seconds(20)
        settings.overloadWait = .seconds(20)
        let edge = try Edge(settings: settings)
        edge.services.answer("waiting-room/follow") { Self.line(.gathering, entries: 1, front: 0, isOn: true) }
        edge.services.answer("waiting-room/enter") {
            EntryAnswer.entered(
                EntryStanding(entryId: EntryID(high: 7, low: 1), number: 1, turn: 1, enteredAt: .now))
        }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                let session = edge.session()
                group.addTask { try await edge.call(.post, Self.room + "/entries", as: session).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [Int](repeating: 201, count: 8))
        #expect(edge.intake.intake.inFlight == 0)
    }

    // MARK: Asking

    @Test func `a place is answered from its token, and nobody else is asked`() async throws {
        let script = script(.open, front: 10)
        let session = edge.session()
        let path = Self.room + "/entries/current"
        for (number, state, position) in [
            (Int64(5), EntryState.admitted, nil), (10, .admitted, nil), (11, .waiting, 1), (60, .waiting, 50),
        ] as [(Int64, EntryState, Int64?)] {
            let token = edge.tokens.text(
                of: EntryToken(
                    entryID: EntryID(high: 7, low: 7), performanceID: Self.performance,
                    customerID: session.customerID, number: number, issuedAt: .now))
            let byHeader = try place(
                try await edge.call(.get, path, as: session, [HTTPField.Name("Entry-Token")!: token]))
            let byCookie = try place(try await edge.call(.get, path, as: session, [.cookie: "a=b; entry=\(token)"]))
            for place in [byHeader, byCookie] {
                #expect(place.state == state && place.position == position && place.entryToken == nil)
                #expect((place.admissionToken != nil) == (state == .admitted))
            }
        }
        #expect(script.looks.withLock { $0 } == 0)
        #expect(edge.services.calls.filter { $0.route == "waiting-room/enter" }.isEmpty)
        // One question to open the line, and one that it is followed by.
        #expect(edge.services.calls.filter { $0.route == "waiting-room/follow" }.count == 2)
    }

    @Test func `those of the list stand where it ranks them`() async throws {
        _ = script(.open, entries: 4, front: 1)
        let session = edge.session()
        for (number, position) in [(Int64(3), nil), (1, 1), (4, 2), (2, 3)] as [(Int64, Int64?)] {
            let token = edge.tokens.text(
                of: EntryToken(
                    entryID: Self.listed[Int(number) - 1], performanceID: Self.performance,
                    customerID: session.customerID, number: number, issuedAt: .now))
            let answer = try await edge.call(
                .get, Self.room + "/entries/current", as: session, [HTTPField.Name("Entry-Token")!: token])
            #expect(try place(answer).position == position)
        }
    }

    @Test func `a token that proves nothing counts as none: the place is the customer's own`() async throws {
        let script = script(.open, front: 50)
        let session = edge.session()
        let path = Self.room + "/entries/current"
        let foreign = WaitingRoomTokens(keys: [("test", [UInt8](repeating: 1, count: 32))])
        func token(_ customer: CustomerID, _ performance: PerformanceID, at time: Timestamp = .now) -> EntryToken {
            EntryToken(
                entryID: EntryID(high: 7, low: 7), performanceID: performance, customerID: customer, number: 1,
                issuedAt: time)
        }
        let texts = [
            "nonsense", foreign.text(of: token(session.customerID, Self.performance)),
            edge.tokens.text(of: token(CustomerID(at: .now), Self.performance)),
            edge.tokens.text(of: token(session.customerID, PerformanceID(high: 9, low: 9))),
            edge.tokens.text(
                of: token(session.customerID, Self.performance, at: Timestamp(unixMicroseconds: 1_000_000))),
            edge.tokens.text(
                of: AdmissionToken(
                    entryID: EntryID(high: 7, low: 7), performanceID: Self.performance,
                    customerID: session.customerID, calledAt: .now, expiresAt: Timestamp.now.advanced(bySeconds: 60))),
        ]
        for text in texts {
            let answer = try await edge.call(.get, path, as: session, [HTTPField.Name("Entry-Token")!: text])
            #expect(answer.status == 404)
        }
        #expect(script.looks.withLock { $0 } == texts.count)
        script.entries.withLock {
            $0[session.customerID] = EntryStanding(
                entryId: EntryID(high: 7, low: 60), number: 60, turn: 1, enteredAt: .now)
        }
        let found = try place(
            try await edge.call(.get, path, as: session, [HTTPField.Name("Entry-Token")!: texts[2]]))
        #expect(found.position == 10 && found.state == .waiting && found.entryToken != nil)
    }

    @Test func `an admission says whose it is, for which performance and until when`() async throws {
        _ = script(.open, front: 10)
        let session = edge.session()
        _ = try await edge.call(.post, Self.room + "/entries", as: session)
        let place = try place(try await edge.call(.get, Self.room + "/entries/current", as: session))
        #expect(place.state == .admitted)
        let admission = try edge.tokens.admission(of: try #require(place.admissionToken), at: .now)
        #expect(admission.customerID == session.customerID && admission.performanceID == Self.performance)
        #expect(admission.expiresAt == place.admittedUntil)
        #expect(admission.expiresAt == admission.calledAt.advanced(bySeconds: 600))
    }

    @Test func `while seat-reservation is away places are answered as they were known`() async throws {
        _ = script(.open, front: 10)
        let session = edge.session()
        let entered = try place(try await edge.call(.post, Self.room + "/entries", as: session))
        let token = try #require(entered.entryToken)
        for route in ["follow", "entry", "enter", "ranking"] {
            edge.services.answer("waiting-room/\(route)") { () async throws -> LineAnswer in
                throw CallFailure(.unreachable)
            }
        }
        let answer = try await edge.call(
            .get, Self.room + "/entries/current", as: session, [HTTPField.Name("Entry-Token")!: token])
        #expect(try place(answer).state == .admitted)
    }

    @Test func `a room that is switched off has no places, but what was published stays`() async throws {
        _ = script(.open, front: 10, isOn: false)
        let session = edge.session()
        _ = try await edge.call(.post, Self.room + "/entries", as: session)
        #expect(try await edge.call(.get, Self.room + "/entries/current", as: session).status == 404)
        #expect(try await edge.call(.get, Self.room).status == 200)
    }

    @Test func `what happened since is told by the next answer, and who was seen is reported`() async throws {
        let script = script(.open, front: 10)
        let session = edge.session()
        let entered = try place(try await edge.call(.post, Self.room + "/entries", as: session))
        #expect(entered.state == .admitted)
        let token = edge.tokens.text(
            of: EntryToken(
                entryID: entered.entryId, performanceID: Self.performance, customerID: session.customerID, number: 64,
                issuedAt: .now))
        let header: HTTPFields = [HTTPField.Name("Entry-Token")!: token]
        let path = Self.room + "/entries/current"
        #expect(try place(try await edge.call(.get, path, as: session, header)).position == 54)

        script.line.withLock { $0 = Self.line(.open, entries: 100, front: 10, isOn: true) }
        let line = try #require(try await edge.lines.line(of: Self.performance))
        script.line.withLock { answer in
            guard case .line(var standing, var steps) = answer else { return }
            standing.front = 64
            steps.append(LineStep(sequence: 2, front: 64, admittedCount: 30, steppedAt: .now))
            answer = .line(standing, steps: steps)
        }
        #expect(line.beginFollowing())
        #expect(!line.beginFollowing())
        try await line.follow()
        #expect(line.isCalled(64) && !line.isCalled(65))
        #expect(try place(try await edge.call(.get, path, as: session, header)).state == .admitted)
        let question = try WireJSON.decode(
            LineQuestion.self,
            from: try #require(edge.services.calls.last { $0.route == "waiting-room/follow" }).body)
        let presence = try #require(question.presence)
        let bits = try #require(PresenceBits(presence))
        #expect(bits.contains(64) && bits.count == 1)
        // A young gateway knows of nobody that they are away.
        #expect(question.presence?.isWhole == false && question.stepsAfter == 1)
    }

    // MARK: The stream

    @Test func `a stream tells an admission at once, and ends`() async throws {
        _ = script(.open, front: 10)
        let session = edge.session()
        _ = try await edge.call(.post, Self.room + "/entries", as: session)
        let answer = try await edge.call(.get, Self.room + "/entries/current/stream", as: session)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType]?.hasPrefix("text/event-stream") == true)
        let events = String(decoding: answer.body, as: UTF8.self).split(separator: "\n\n").map(String.init)
        #expect(events.count == 2)
        #expect(events.first?.hasPrefix("event: place\ndata: {") == true)
        #expect(events.first?.contains("\"admission_token\"") == true)
        #expect(events.last?.hasPrefix("event: closing\n") == true)
        #expect(events.last?.contains("\"over\"") == true)
    }

    @Test func `who has no place has no stream`() async throws {
        _ = script(.open)
        #expect(
            try await edge.call(.get, Self.room + "/entries/current/stream", as: edge.session()).status == 404)
    }

    // MARK: What is published

    @Test func `the seed's hash is published from the beginning, and the ranking once there is one`() async throws {
        let script = script(.gathering)
        let early = try await edge.call(.get, Self.room)
        let published = try WireJSON.decode(PublishedWaitingRoomResource.self, from: early.body)
        #expect(published.seedHash == String(repeating: "a", count: 64) && published.seed == nil)
        #expect(try await edge.call(.get, Self.room + "/ranking").status == 404)

        script.line.withLock { $0 = Self.line(.open, entries: 4, front: 0, isOn: true) }
        let line = try #require(try await edge.lines.line(of: Self.performance))
        #expect(line.beginFollowing())
        try await line.follow()
        edge.services.answer("waiting-room/rankedEntries") { [services = edge.services] in
            let call = try #require(services.calls.last)
            let after = try WireJSON.decode(RankedEntriesRequest.self, from: call.body).after
            return try Answer(
                RankedEntriesResource(lines: "[\(after + 1),\"x\"]\n", nextAfter: after < 2 ? after + 1 : nil))
        }
        let document = try await edge.call(.get, Self.room + "/ranking")
        #expect(document.status == 200)
        #expect(document.fields[.cacheControl]?.contains("immutable") == true)
        let lines = String(decoding: document.body, as: UTF8.self).split(separator: "\n")
        #expect(lines.dropFirst().map(String.init) == ["[1,\"x\"]", "[2,\"x\"]", "[3,\"x\"]"])
        let heading = try WireJSON.decode(RankingHeading.self, from: Array(lines[0].utf8))
        #expect(heading.listedCount == 4 && heading.seed == String(repeating: "c", count: 64))
        let tag = try #require(document.fields[.eTag])
        #expect(try await edge.call(.get, Self.room + "/ranking", [.ifNoneMatch: tag]).status == 304)
    }

    @Test func `a performance without a room has none, and is not asked about each time`() async throws {
        edge.services.answer("waiting-room/follow") { LineAnswer.noRoom }
        #expect(try await edge.call(.get, Self.room).status == 404)
        let count = edge.services.calls.count
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let lines = FollowedLines(
            actors: edge.services.actors, questions: SharedQuestions(edge.intake, .place),
            gateway: GatewayName(awaySeconds: 60), noLineFor: .seconds(3_600), logger: logger)
        for _ in 0..<5 { #expect(try await lines.line(of: Self.performance) == nil) }
        #expect(edge.services.calls.count == count + 1)
    }
}
