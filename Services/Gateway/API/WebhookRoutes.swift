import Contracts
import Foundation
import HTTP2
import HTTPTypes
import Wire

/// Providers' messages, passed on as they came: their signature is over the raw bytes.
struct WebhookRoutes: Sendable {
    static let signature = HTTPField.Name("Webhook-Signature")!

    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout RouteTable) {
        routes.on(.post, "/v1/webhooks/{provider}", edge.answering(receive))
    }

    private func receive(_ request: ServerRequest) async throws -> ServerResponse {
        let provider = request.pathParameters["provider"] ?? ""
        guard provider == "sandbox" else { throw EdgeRefusal(.notFound) }
        let bytes = try await request.bodyBytes(bytesMax: EdgeRoutes.bodyBytesMax)
        let command = WebhookCommand(
            provider: provider, signature: request.headerFields[Self.signature] ?? "",
            body: Data(bytes).base64EncodedString())
        return .answer(try await actors.payments("webhooks").webhook(command))
    }
}
