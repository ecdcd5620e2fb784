import Contracts
import Foundation
import HTTP2
import HTTPTypes
import Shedding
import Wire

/// Providers' messages, passed on as they came: their signature is over the raw bytes.
struct WebhookRoutes: Sendable {
    /// Where each provider puts the proof that a message is its own: a header field, or a word of the address.
    private static let proofs: [String: @Sendable (ServerRequest) -> String?] = [
        "sandbox": { $0.headerFields[.webhookSignature] },
        "stripe": { $0.headerFields[.stripeSignature] },
        "toss": { $0.queryParameter("token") },
    ]
    /// Longer ones are nobody's.
    private static let proofBytesMax = 1_024

    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.post, "/v1/webhooks/{provider}", .pay, areCustomers: false, edge.answering(receive))
    }

    private func receive(_ request: ServerRequest) async throws -> ServerResponse {
        let provider = request.pathParameters["provider"] ?? ""
        guard let proof = Self.proofs[provider] else { throw EdgeRefusal(.notFound) }
        let signature = proof(request) ?? ""
        guard signature.utf8.count <= Self.proofBytesMax else { throw EdgeRefusal(.forbidden) }
        let bytes = try await request.bodyBytes(bytesMax: EdgeRoutes.bodyBytesMax)
        let command = WebhookCommand(
            provider: provider, signature: signature,
            body: Data(bytes).base64EncodedString())
        // The provider is asked what became of it.
        return .answer(
            try await IntakeSlot.elsewhere { try await actors.payments("webhooks").webhook(command) })
    }
}
