import HTTP2
import HTTPTypes
import Sessions
import Testing
import Ticketing
import Wire

@testable import Gateway

/// Proofs at the edge: heads and keys for everybody, a ticket's proof for whoever has the ticket.
struct ProofRoutesTests {
    private let edge: Edge

    init() throws {
        edge = try Edge()
    }

    private static let head = ProofHeadResource(
        performanceId: PerformanceID(at: .now), epoch: 1, sequence: 3, chainHash: String(repeating: "a", count: 64),
        treeHash: String(repeating: "b", count: 64), publishedAt: .now, keyId: "k1",
        signature: String(repeating: "c", count: 128))

    @Test func `everybody may read a head and the keys`() async throws {
        edge.services.answer("payments/proofHead") { try Answer(Self.head) }
        edge.services.answer("payments/proofKeys") {
            try Answer(
                ListResource(
                    items: [ProofKeyResource(keyId: "k1", algorithm: "ed25519", publicKey: "00")], nextCursor: nil))
        }
        let head = await edge.ask(.get, "/v1/performances/\(Self.head.performanceId)/proof/head")
        #expect(head.status == 200)
        #expect(try WireJSON.decode(ProofHeadResource.self, from: head.body) == Self.head)
        let keys = await edge.ask(.get, "/v1/proof/keys")
        #expect(keys.status == 200)
        #expect(await edge.ask(.get, "/v1/performances/nobody/proof/head").status == 404)
    }

    @Test func `a ticket's proof is a file for its owner, and a refusal is none`() async throws {
        let ticket = TicketID(at: .now)
        let path = "/v1/tickets/\(ticket)/proof"
        #expect(await edge.ask(.get, path).code == .notSignedIn)
        let fields: HTTPFields = [.authorization: "Bearer \(edge.codec.text(of: edge.session(.customer)))"]
        edge.services.answer("payments/ticketProof") { try Answer(Self.head) }
        let answer = await edge.ask(.get, path, fields)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentDisposition] == "attachment; filename=\"ticket-\(ticket).proof.json\"")
        #expect(answer.fields[.cacheControl] == "private, no-store")
        edge.services.answer("payments/ticketProof") { try Answer(refusal: Problem(.notFound)) }
        let refused = await edge.ask(.get, path, fields)
        #expect(refused.status == 404)
        #expect(refused.fields[.contentDisposition] == nil)
    }
}
