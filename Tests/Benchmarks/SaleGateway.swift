import ArgumentParser
import Foundation
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// The public API of a running stack.
struct SaleGateway: Sendable {
    let client: HTTPClient
    let endpoint: Endpoint

    /// The first performance that sells.
    func performance() async throws -> PerformanceID {
        let events = try await ask(ListResource<EventResource>.self, .get, "/v1/events")
        guard let performance = events.items.flatMap(\.performances).first(where: { $0.saleState == .onSale }) else {
            throw ValidationError("nothing is on sale at \(endpoint)")
        }
        return performance.performanceId
    }

    func freeSeats(of performance: PerformanceID) async throws -> [SeatIndex] {
        let snapshot = try await ask(SeatSnapshot.self, .get, "/v1/performances/\(performance)/seats")
        guard let states = snapshot.packedStates else { throw ValidationError("a snapshot that can't be read") }
        return (0..<states.count).filter { states[$0] == .available }.map { SeatIndex($0) }
    }

    /// A new account's session.
    func signUp(_ name: String) async throws -> String {
        let email = "\(name)@benchmark.example"
        let password = UUID().uuidString
        let registration = CustomerRegistrationRequest(email: email, password: password, name: name)
        _ = try await ask(CustomerResource.self, .post, "/v1/customers", registration)
        let session = SessionRequest(email: email, password: password)
        guard let token = try await ask(SessionResource.self, .post, "/v1/sessions", session).sessionToken else {
            throw ValidationError("a session without a token")
        }
        return token
    }

    /// One request that must succeed, and its answer.
    func ask<Answer: Decodable>(
        _: Answer.Type, _ method: HTTPRequest.Method, _ path: String, _ body: (any Encodable & Sendable)? = nil,
        token: String? = nil
    ) async throws -> Answer {
        try WireJSON.decode(Answer.self, from: try await send(method, path, body, token: token))
    }

    /// One request that must succeed, and its answer's bytes.
    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: (any Encodable & Sendable)? = nil, token: String? = nil
    ) async throws -> [UInt8] {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let token { fields[.authorization] = "Bearer \(token)" }
        if method != .get { fields[.idempotencyKey] = UUID().uuidString }
        let bytes = try body.map { try WireJSON.encode($0) } ?? []
        let request = ClientRequest(method: method, path: path, headerFields: fields, body: ByteBuffer(bytes: bytes))
        let response = try await client.execute(request, to: endpoint, deadline: .now + .seconds(60))
        let answer = Array(try await response.body.collect(upTo: 10_000_000).readableBytesView)
        guard response.status.kind == .successful else {
            throw ValidationError("\(method) \(path): \(response.status) \(String(decoding: answer, as: UTF8.self))")
        }
        return answer
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = Self("idempotency-key")!
}
