import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Sessions
import Synchronization
import Testing
import Ticketing
import WaitingRoom
import Wire

@testable import Gateway

/// Several devices, many streams, slow readers.
extension WaitingRoomRoutesTests {
    @Test func `who entered again on another device is not told of the last turn here`() async throws {
        let script = script(.open, front: 10)
        script.line.withLock { answer in
            guard case .line(let standing, _) = answer else { return }
            let called = Timestamp.now.advanced(bySeconds: -700)
            answer = .line(
                standing, steps: [LineStep(sequence: 1, front: 10, admittedCount: 10, steppedAt: called)])
        }
        let session = edge.session()
        let path = Self.room + "/entries/current"
        let token = edge.tokens.text(
            of: EntryToken(
                entryID: EntryID(high: 7, low: 5), performanceID: Self.performance, customerID: session.customerID,
                number: 5, issuedAt: .now))
        func ask() async throws -> EntryResource {
            try place(try await edge.call(.get, path, as: session, [HTTPField.Name("Entry-Token")!: token]))
        }
        func setTurn(_ turn: Int, number: Int64) {
            script.entries.withLock {
                $0[session.customerID] = EntryStanding(
                    entryId: EntryID(high: 7, low: UInt64(number)), number: number, turn: turn, enteredAt: .now)
            }
        }
        setTurn(1, number: 5)
        let over = try await ask()
        #expect(over.state == .expired && over.entryToken == nil)
        setTurn(2, number: 60)
        let newer = try await ask()
        #expect(newer.state == .waiting && newer.position == 50 && newer.entryToken != nil)
        #expect(script.looks.withLock { $0 } == 2)
        // While nobody can tell, it is what the token says.
        edge.services.answer("waiting-room/entry") { () async throws -> EntryAnswer in
            throw CallFailure(.unreachable)
        }
        #expect(try await ask().state == .expired)
    }

    @Test func `whose turn came by another gateway is not told to wait by one that has not heard of it`() async throws {
        _ = script(.open, front: 10)
        let session = edge.session()
        let admission = AdmissionToken(
            entryID: EntryID(high: 7, low: 60), performanceID: Self.performance, customerID: session.customerID,
            calledAt: .now, expiresAt: Timestamp.now.advanced(bySeconds: 60))
        func ask(showing admission: AdmissionToken) async throws -> EntryResource {
            let token = EntryToken(
                entryID: EntryID(high: 7, low: 60), performanceID: Self.performance, customerID: session.customerID,
                number: 60, issuedAt: .now)
            return try place(
                try await edge.call(
                    .get, Self.room + "/entries/current", as: session,
                    [
                        HTTPField.Name("Entry-Token")!: edge.tokens.text(of: token),
                        HTTPField.Name("Admission-Token")!: edge.tokens.text(of: admission),
                    ]))
        }
        let shown = try await ask(showing: admission)
        #expect(shown.state == .admitted && shown.admittedUntil == admission.expiresAt)
        #expect(shown.admissionToken == edge.tokens.text(of: admission))
        // One of another place, of somebody else, or that is over, shows nothing.
        for (entry, customer, seconds) in [
            (EntryID(high: 7, low: 61), session.customerID, Int64(60)),
            (admission.entryID, CustomerID(at: .now), 60), (admission.entryID, session.customerID, -1),
        ] {
            let other = AdmissionToken(
                entryID: entry, performanceID: Self.performance, customerID: customer, calledAt: admission.calledAt,
                expiresAt: Timestamp.now.advanced(bySeconds: seconds))
            let place = try await ask(showing: other)
            #expect(place.state == .waiting && place.position == 50 && place.admissionToken == nil)
        }
    }

    @Test func `who will hardly find a seat is told so, and no time`() async throws {
        let script = script(.open, front: 10)
        let session = edge.session()
        let path = Self.room + "/entries/current"
        let token = edge.tokens.text(
            of: EntryToken(
                entryID: EntryID(high: 7, low: 7), performanceID: Self.performance, customerID: session.customerID,
                number: 60, issuedAt: .now))
        let header: HTTPFields = [HTTPField.Name("Entry-Token")!: token]
        let first = try place(try await edge.call(.get, path, as: session, header))
        #expect(first.seatOutlook == .likely && first.estimatedWaitSeconds != nil)
        script.line.withLock { answer in
            guard case .line(var standing, let steps) = answer else { return }
            standing.forecast.seatsLeft = 40
            answer = .line(standing, steps: steps)
        }
        let line = try #require(try await edge.lines.line(of: Self.performance))
        #expect(line.beginFollowing())
        try await line.follow()
        let place = try place(try await edge.call(.get, path, as: session, header))
        #expect(place.state == .waiting && place.position == 50 && place.seatOutlook == .unlikely)
        #expect(place.estimatedWaitSeconds == nil && place.estimatedWaitErrorSeconds == nil)
    }

    @Test func `the next replica is told what the line's home is, and asked once that is silent`() async throws {
        let script = script(.open, front: 10)
        let services = edge.services
        _ = try await edge.call(.post, Self.room + "/entries", as: edge.session())
        let line = try #require(try await edge.lines.line(of: Self.performance))
        func follow() async throws -> [String: (skips: Int, question: LineQuestion)] {
            let before = services.calls.count
            #expect(line.beginFollowing())
            try? await line.follow(isWatched: true)
            var asked: [String: (skips: Int, question: LineQuestion)] = [:]
            for call in services.calls[before...] {
                asked[call.route] = (call.skips, try WireJSON.decode(LineQuestion.self, from: call.body))
            }
            return asked
        }
        services.answer("waiting-room/watch") { LineAnswer.noRoom }
        let usual = try await follow()
        #expect(usual["waiting-room/follow"]?.skips == 0 && usual["waiting-room/watch"]?.skips == 1)
        #expect(usual["waiting-room/follow"]?.question == usual["waiting-room/watch"]?.question)
        services.answer("waiting-room/follow") { () async throws -> LineAnswer in throw CallFailure(.expired) }
        services.answer("waiting-room/watch") { () async throws -> LineAnswer in throw CallFailure(.expired) }
        _ = try await follow()
        // The home is only told, until it hears again.
        services.answer("waiting-room/follow") { script.line.withLock { $0 } }
        for _ in 0..<2 {
            let silent = try await follow()
            #expect(silent["waiting-room/follow"]?.skips == 1 && silent["waiting-room/watch"]?.skips == 0)
        }
        services.answer("waiting-room/watch") { LineAnswer.noRoom }
        _ = try await follow()
        #expect(try await follow()["waiting-room/follow"]?.skips == 0)
    }

    @Test func `a customer has five streams of a place at most`() async throws {
        _ = script(.open, front: 10)
        let session = edge.session()
        let token = edge.tokens.text(
            of: EntryToken(
                entryID: EntryID(high: 7, low: 7), performanceID: Self.performance, customerID: session.customerID,
                number: 60, issuedAt: .now))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(settings: .internalListener, logger: logger, handler: edge.table.handler())
        let port = try await server.start(on: MultiThreadedEventLoopGroup.singleton, host: "127.0.0.1", port: 0)
        let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        var open: [ClientResponse] = []
        for _ in 0...PlaceStreams.streamsPerCustomerMax {
            let fields: HTTPFields = [
                .authorization: "Bearer \(edge.codec.text(of: session))", HTTPField.Name("Entry-Token")!: token,
            ]
            open.append(
                try await client.execute(
                    ClientRequest(
                        method: .get, path: Self.room + "/entries/current/stream", headerFields: fields,
                        body: ByteBuffer()),
                    to: Endpoint(host: "127.0.0.1", port: port), deadline: .now + .seconds(20)))
        }
        #expect(open.map(\.status.code) == [200, 200, 200, 200, 200, 503])
        client.shutdown()
        await server.shutdown()
    }

    @Test func `those who take a ranking slowly keep nobody from it`() async throws {
        edge.services.answer("waiting-room/rankedEntries") {
            try Answer(RankedEntriesResource(lines: "[1,\"x\"]\n", nextAfter: 1))
        }
        let documents = RankingDocuments(actors: edge.services.actors)
        let heading = RankingHeading(
            performanceId: Self.performance, listedCount: 2, listedAt: .now,
            listHash: String(repeating: "b", count: 64), seedHash: String(repeating: "a", count: 64),
            seedPublishedAt: .now, seed: String(repeating: "c", count: 64))
        let request = ServerRequest(
            head: HTTPRequest(method: .get, scheme: "https", authority: "a", path: Self.room + "/ranking"),
            remoteAddress: nil, eventLoop: MultiThreadedEventLoopGroup.singleton.any())
        // Their first pages were asked for, and nobody takes them.
        var open: [ServerResponse] = []
        for _ in 0..<RankingDocuments.documentsMax {
            open.append(try await documents.response(to: request, heading))
        }
        #expect(open.allSatisfy { $0.status == .ok })
        await #expect(throws: EdgeRefusal.self) { try await documents.response(to: request, heading) }
        open.removeLast()
        #expect(try await documents.response(to: request, heading).status == .ok)
    }
}
