import ArgumentParser
import Foundation
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// Many who ask for the same seat as often as they can, and are refused but for a few.
struct RefusedCrowd: Sendable {
    /// What they were told.
    struct Count {
        /// By the rules, 201 and 409.
        var served = 0
        /// For want of room, or for asking too often.
        var refused = 0
    }

    let client: HTTPClient
    let path: String
    let seat: SeatIndex
    let token: String
    let callers: Int

    func ask(_ port: Int, seconds: Int) async throws -> Count {
        let endpoint = Endpoint(host: "127.0.0.1", port: port)
        let body = ByteBuffer(bytes: try WireJSON.encode(HoldRequest(seatIndexes: [seat])))
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Count.self) { group in
            for _ in 0..<callers {
                group.addTask { try await askAgainAndAgain(endpoint, body, until: end) }
            }
            return try await group.reduce(into: Count()) {
                $0.served += $1.served
                $0.refused += $1.refused
            }
        }
    }

    private func askAgainAndAgain(
        _ endpoint: Endpoint, _ body: ByteBuffer, until end: ContinuousClock.Instant
    ) async throws -> Count {
        var count = Count()
        var fields: HTTPFields = [.contentType: "application/json", .authorization: "Bearer \(token)"]
        while ContinuousClock.now < end {
            fields[Self.idempotencyKey] = UUID().uuidString
            let request = ClientRequest(method: .post, path: path, headerFields: fields, body: body)
            let response = try await client.execute(request, to: endpoint, deadline: .now + .seconds(20))
            _ = try await response.body.collect(upTo: 1_000_000)
            switch response.status.code {
            case 201, 409: count.served += 1
            case 429, 503:
                guard response.head.headerFields[.retryAfter] != nil else {
                    throw ValidationError("a refusal without Retry-After")
                }
                count.refused += 1
            default: throw ValidationError("an answer of \(response.status.code)")
            }
        }
        return count
    }

    private static let idempotencyKey = HTTPField.Name("idempotency-key")!
}
