import NIOPosix
import ProviderStandIns
import TestSupport
import Testing

@testable import Payment

@Suite struct `A provider's client` {
    private static let route = "GET /v1/refunds"

    /// What becomes of one call at a stand-in that goes wrong like this.
    private func reply(
        _ fault: StandInFault?, settings: ProviderClient.Settings = ProviderClient.Settings(),
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> Result<ProviderReply, ProviderFailure> {
        let standIn = StripeStandIn()
        let server = standIn.server(logger: testLogger)
        let port = try await server.start(on: MultiThreadedEventLoopGroup.singleton)
        if let fault { standIn.faults.plan(fault, at: Self.route) }
        let client = ProviderClient(settings: settings)
        let request = ProviderRequest(
            purpose: "reading refunds", method: .get, url: "http://127.0.0.1:\(port)/v1/refunds",
            headers: [("Authorization", "Bearer sk_test_standin")])
        let result: Result<ProviderReply, ProviderFailure>
        do throws(ProviderFailure) {
            result = .success(try await client.send(request, deadline: deadline))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        await server.stop()
        return result
    }

    @Test func `brings status and body`() async throws {
        let reply = try await reply(nil).get()
        #expect(reply.status == 200 && reply.isSuccess)
        #expect(String(decoding: reply.body, as: UTF8.self) == #"{"object":"list","data":[],"has_more":false}"#)
    }

    @Test(arguments: [StandInFault.silence, .endless, .breakBefore, .loseReply])
    func `gives up an answer that never comes, never ends, or breaks off`(fault: StandInFault) async throws {
        let result = try await within(.seconds(20), "the call ends") {
            var settings = ProviderClient.Settings()
            settings.callMilliseconds = 300
            return try await reply(fault, settings: settings)
        }
        #expect(throws: ProviderFailure.self) { try result.get() }
    }

    @Test func `reads no more of an answer than its limit`() async throws {
        var settings = ProviderClient.Settings()
        settings.bodyBytesMax = 10
        let result = try await reply(nil, settings: settings)
        #expect(throws: ProviderFailure.self) { try result.get() }
    }

    @Test func `calls nobody when no time is left`() async throws {
        let result = try await reply(nil, deadline: .now - .seconds(1))
        #expect(throws: ProviderFailure("no time is left for the call")) { try result.get() }
    }

    @Test func `says nothing of secrets when nobody listens`() async throws {
        let client = ProviderClient()
        let request = ProviderRequest(
            purpose: "asking", method: .post, url: "http://127.0.0.1:\(FreePort.find())/v1?secret=hidden",
            headers: [("Authorization", "Bearer hidden")], body: Array("hidden".utf8))
        do throws(ProviderFailure) {
            _ = try await client.send(request)
            Issue.record("somebody answered")
        } catch {
            #expect(error.description.hasPrefix("asking: ") && !error.description.contains("hidden"))
        }
        await client.shutdown()
    }

    @Test(arguments: [
        (200, false), (400, true), (402, true), (404, true), (401, false), (403, false), (408, false), (409, false),
        (425, false), (429, false), (500, false), (503, false), (302, false),
    ])
    func `takes for a refusal only what was read and refused`(status: Int, isRefusal: Bool) {
        #expect(ProviderReply(status: status, body: []).isRefusal == isRefusal)
    }
}
