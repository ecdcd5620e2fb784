import ActorTransport
import Contracts
import Testing

/// Every distributed method over the real transport: HTTP/2 on the loopback, coded by the one JSON door.
struct RoundTripTests {
    private struct Bug: Error {}

    @Test(arguments: try RoundTrip.all())
    func `arguments arrive as they were sent`(trip: RoundTrip) async throws {
        try await Hall.with { try await trip.sendRequests(through: $0) }
    }

    @Test(arguments: try RoundTrip.all())
    func `values and refusals come back as they were given`(trip: RoundTrip) async throws {
        try await Hall.with { try await trip.takeAnswers(through: $0) }
    }

    @Test(arguments: try RoundTrip.all())
    func `a coded failure comes back as itself`(trip: RoundTrip) async throws {
        try await Hall.with { hall in
            for code in CallFailure.Code.allCases {
                let failure = CallFailure(code, detail: "why \(code.rawValue)")
                #expect(await trip.failure(throwing: failure, through: hall) == failure)
            }
            #expect(await trip.failure(throwing: Bug(), through: hall)?.code == .fault)
            #expect(await trip.failure(throwing: CancellationError(), through: hall)?.code == .outcomeUnknown)
        }
    }
}
