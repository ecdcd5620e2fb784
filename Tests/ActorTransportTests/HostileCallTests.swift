import ActorTransport
import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Testing

/// Peers and callers that don't keep to the rules meet a coded failure.
struct HostileCallTests {
    /// A peer's reply and what a caller makes of it.
    struct Reply: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: HTTPResponse.Status
        let body: String
        let code: CallFailure.Code
    }

    static let replies = [
        Reply(testDescription: "not JSON", status: .ok, body: "<html>", code: .malformed),
        Reply(testDescription: "nothing", status: .ok, body: "", code: .malformed),
        Reply(testDescription: "half of it", status: .ok, body: #"{"taken":{"left"#, code: .malformed),
        Reply(testDescription: "another type", status: .ok, body: #"["taken"]"#, code: .malformed),
        Reply(testDescription: "an unknown case", status: .ok, body: #"{"lent":{}}"#, code: .malformed),
        Reply(testDescription: "a number too many", status: .ok, body: #"{"taken":{"left":1e99}}"#, code: .malformed),
        Reply(
            testDescription: "too many bytes", status: .ok, body: String(repeating: " ", count: 20_000),
            code: .malformed),
        Reply(testDescription: "404 of somebody else", status: .notFound, body: "no", code: .fault),
        Reply(testDescription: "a redirection", status: .found, body: "", code: .fault),
        Reply(testDescription: "500 without a code", status: .internalServerError, body: "", code: .outcomeUnknown),
        Reply(testDescription: "503 of a balancer", status: .serviceUnavailable, body: "busy", code: .outcomeUnknown),
        Reply(
            testDescription: "an unknown code", status: .internalServerError,
            body: #"{"code":"tired","detail":""}"#, code: .outcomeUnknown),
        Reply(
            testDescription: "a code under another status", status: .internalServerError,
            body: #"{"code":"overloaded","detail":"full"}"#, code: .overloaded),
    ]

    @Test(arguments: replies)
    func `a hostile reply is a coded failure`(reply: Reply) async throws {
        try await Street.with { street in
            let endpoint = try await street.peer { _ in
                ServerResponse(status: reply.status, body: .text(reply.body))
            }
            let system = street.system(ReplicaDirectory([endpoint])) {
                $0.answerBytesMax = 10_000
                $0.attemptsMax = 1
            }
            let failure = await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            #expect(failure?.code == reply.code)
        }
    }

    @Test func `a reply that breaks off leaves the outcome unknown`() async throws {
        struct Gone: Error {}
        try await Street.with { street in
            let endpoint = try await street.peer { _ in
                ServerResponse(
                    status: .ok,
                    body: .stream { writer in
                        try await writer.write(#"{"taken":"#)
                        throw Gone()
                    })
            }
            let system = street.system(ReplicaDirectory([endpoint])) { $0.attemptsMax = 1 }
            let failure = await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            #expect(failure?.code == .outcomeUnknown)
        }
    }

    /// A call by hand and how it is refused.
    struct Call: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "/actors/shelf/one/take"
        var body = Array(#"{"item":"a","hops":0}"#.utf8)
        let code: CallFailure.Code
    }

    static let calls = [
        Call(testDescription: "another contract", path: "/actors/attic/one/take", code: .unknownRoute),
        Call(testDescription: "another method", path: "/actors/shelf/one/drop", code: .unknownRoute),
        Call(testDescription: "a mangled name", path: "/actors/shelf/one/$s4main5ShelfC4takeyyF", code: .unknownRoute),
        Call(testDescription: "nobody of this name", path: "/actors/shelf/nobody/take", code: .unknownActor),
        Call(testDescription: "no body", body: [], code: .malformed),
        Call(testDescription: "not JSON", body: Array("item=a".utf8), code: .malformed),
        Call(testDescription: "not UTF-8", body: [0xFF, 0xFE, 0x00], code: .malformed),
        Call(testDescription: "another type", body: Array(#"{"item":7,"hops":0}"#.utf8), code: .malformed),
        Call(testDescription: "a member missing", body: Array("{}".utf8), code: .malformed),
        Call(
            testDescription: "too many bytes", body: [UInt8](repeating: 0x20, count: InboundCalls.bodyBytesMax + 1),
            code: .malformed),
    ]

    @Test(arguments: calls)
    func `a hostile call is refused with a code, and the next one is answered`(call: Call) async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let answer = try await street.post(call.path, to: endpoint, credential: credential, body: call.body)
            #expect(answer.failure?.code == call.code)
            #expect(answer.status == call.code.status)
            #expect(visits.all.isEmpty)
            let next = try await street.post("/actors/shelf/one/take", to: endpoint, credential: credential)
            #expect(next.status == 200)
        }
    }

    @Test func `an actor's own bug is a fault and tells no other caller`() async throws {
        struct Bug: Error {}
        try await Street.with { street in
            let (endpoint, _) = try await street.replica { request in
                if request.item == "bug" { throw Bug() }
                return .taken(left: 1)
            }
            let shelf = try street.shelf(street.system(ReplicaDirectory([endpoint])))
            #expect(await callFailure { try await shelf.take(TakeRequest(item: "bug")) }?.code == .fault)
            #expect(try await shelf.take(TakeRequest(item: "cup")) == .taken(left: 1))
        }
    }
}
