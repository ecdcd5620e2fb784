import Courier
import LedgerStore
import Ticketing
import Wire

/// Tells organizers, at the addresses that they gave.
struct WebhookConsumer: MessageConsumer {
    /// A delivery that can't be made.
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let means = MessageMeans.webhook
    private let courier: Courier
    private let signature: OrganizerSignature
    private let addresses: WebhookAddress

    init(courier: Courier, signature: OrganizerSignature, addresses: WebhookAddress) {
        self.courier = courier
        self.signature = signature
        self.addresses = addresses
    }

    func deliver(_ delivery: ClaimedDelivery, milliseconds: Int) async throws -> String {
        let message = delivery.message
        guard let url = delivery.url, let endpoint = WebhookEndpointName.endpoint(of: delivery.consumer) else {
            throw Failure(description: "the consumer is no webhook")
        }
        // What was allowed when the address was given may have been forbidden since.
        if let problem = addresses.problem(of: url) { throw Failure(description: problem) }
        let body = try WireJSON.encode(
            OrganizerNotice(
                id: message.id, type: message.kind, createdAt: message.createdAt, performanceId: message.performanceID,
                orderId: message.orderID, amount: message.amount, seatCount: message.seatCount))
        let addresses = addresses
        let answer = try await courier.post(
            WebPost(
                url: url,
                headerFields: [
                    ("Content-Type", "application/json"), ("User-Agent", "Box-Office"),
                    ("Box-Office-Signature", signature.sign(body, at: .now, for: endpoint)),
                ],
                body: body, allowsClearText: addresses.allowsClearText, mayReach: { addresses.mayReach($0) }),
            milliseconds: milliseconds)
        return "\(answer.status) \(answer.excerpt)"
    }
}
