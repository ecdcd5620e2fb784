import ActorTransport
import Contracts
import Testing

/// One distributed method, called over the network with each of its requests, answered with each of its answers, and
/// failing with each code.
struct RoundTrip: Sendable, CustomTestStringConvertible {
    let contract: ContractName
    let method: String
    private let runRequests: @Sendable (Hall) async throws -> Void
    private let runAnswers: @Sendable (Hall) async throws -> Void
    private let callOnce: @Sendable (Hall) async throws -> Void

    /// `requests` and `answers` hold at least one of each form that the types have.
    init<Request: Hashable & Sendable, Response: Hashable & Sendable>(
        _ contract: ContractName, _ method: String, sending requests: [Request], answered answers: [Response],
        _ call: @escaping @Sendable (ContractActors, Request) async throws -> Response
    ) {
        self.contract = contract
        self.method = method
        runRequests = { hall in
            for request in requests {
                hall.script.prepare(.value(answers[0]))
                _ = try await call(hall.actors, request)
                #expect(hall.script.call?.request as? Request == request)
                #expect(hall.script.call?.method == method)
                #expect(hall.lastPath?.hasPrefix("/actors/\(contract.rawValue)/") == true)
                #expect(hall.lastPath?.hasSuffix("/\(method)") == true)
            }
        }
        runAnswers = { hall in
            for answer in answers {
                hall.script.prepare(.value(answer))
                let taken = try await call(hall.actors, requests[0])
                #expect(taken == answer)
            }
        }
        callOnce = { hall in _ = try await call(hall.actors, requests[0]) }
    }

    var testDescription: String { "\(contract.rawValue)/\(method)" }

    /// Every request arrives as it was sent, at the method that was called.
    func sendRequests(through hall: Hall) async throws { try await runRequests(hall) }

    /// Every answer, refusals among them, comes back as it was given.
    func takeAnswers(through hall: Hall) async throws { try await runAnswers(hall) }

    /// How the call fails when the actor throws an error.
    func failure(throwing error: any Error, through hall: Hall) async -> CallFailure? {
        hall.script.prepare(.error(error))
        do {
            try await callOnce(hall)
            return nil
        } catch {
            return error as? CallFailure
        }
    }
}
