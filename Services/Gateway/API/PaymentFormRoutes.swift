import Contracts
import HTTP2
import HTTPTypes
import Shedding
import Ticketing
import Wire

/// What the pay screen needs of the provider: its form, and the way back from its pages.
struct PaymentFormRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors
    let forms: PaymentForms

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/payment-form", .hold, by: .memory, edge.answering(form))
        routes.on(.get, "/payments/{payment_id}/return", .pay, edge.answering(takeBack))
    }

    private func form(_ request: ServerRequest) async throws -> ServerResponse {
        let form = try await forms.current()
        var response = ServerResponse.answer(try Answer(form))
        response.headerFields[.cacheControl] = "no-store"
        return response
    }

    /// The buyer comes back from the provider's page. What it brings in the address is not believed: the provider is
    /// asked, and the order's screen shows what became of it.
    private func takeBack(_ request: ServerRequest) async throws -> ServerResponse {
        guard let payment = request.pathParameters["payment_id"].flatMap({ PaymentID($0) }) else {
            throw EdgeRefusal(.notFound)
        }
        let answer = try await IntakeSlot.elsewhere {
            try await actors.payments(payment.description).paymentReturn(PaymentReturnCommand(paymentId: payment))
        }
        guard !answer.isProblem, let order = try answer.body?.decode(PaymentReturnResource.self) else {
            return .answer(answer)
        }
        return ServerResponse(
            status: .seeOther, headerFields: [.location: "/orders/\(order.orderId)", .cacheControl: "no-store"])
    }
}
