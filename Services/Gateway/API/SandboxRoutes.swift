import Contracts
import HTTP2
import HTTPTypes
import Shedding
import Ticketing
import Wire

/// The page that stands in for a bank's: the buyer of a test payment approves it here, or does not.
struct SandboxRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/sandbox/authorize", .hold, by: .memory, edge.answering(ask))
        routes.on(.post, "/sandbox/authorize", .pay, edge.answering(take))
    }

    private func ask(_ request: ServerRequest) async throws -> ServerResponse {
        let payment = try paymentID(request)
        return page(
            """
            <h1>Test bank</h1><p>This is the sandbox. No money moves. Approve this payment?</p>
            <form method="post" action="/sandbox/authorize?payment_id=\(payment)">
            <button name="answer" value="approve">Approve · 승인</button>
            <button name="answer" value="decline">Decline · 거절</button></form>
            """)
    }

    private func take(_ request: ServerRequest) async throws -> ServerResponse {
        let payment = try paymentID(request)
        let form = String(decoding: try await request.bodyBytes(bytesMax: 1024), as: UTF8.self)
        guard form == "answer=approve" || form == "answer=decline" else {
            throw EdgeRefusal(.invalidField("answer", "invalid"))
        }
        let command = SandboxAuthorizationCommand(paymentId: payment, isApproved: form == "answer=approve")
        let answer = try await IntakeSlot.elsewhere {
            try await actors.payments(payment.description).authorizeSandbox(command)
        }
        guard !answer.isProblem, let order = try answer.body?.decode(PaymentReturnResource.self) else {
            return .answer(answer)
        }
        return ServerResponse(status: .seeOther, headerFields: [.location: "/orders/\(order.orderId)"])
    }

    private func paymentID(_ request: ServerRequest) throws -> PaymentID {
        guard let payment = request.queryParameter("payment_id").flatMap({ PaymentID($0) }) else {
            throw EdgeRefusal(.notFound)
        }
        return payment
    }

    private func page(_ content: String) -> ServerResponse {
        ServerResponse(
            status: .ok, headerFields: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .text(
                """
                <!doctype html><html lang="en"><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Test bank</title><main>\(content)</main></html>
                """))
    }
}
